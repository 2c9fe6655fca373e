"""`compile`: optimizers of the players, and how a step runs."""

import keras
import numpy as np
import pytest
from game.games import Weighing, gaussian_gan, tiny
from keras import ops


@pytest.fixture
def float16():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    yield
    keras.config.set_dtype_policy(before)


@pytest.mark.graph
def test_the_step_is_traced_once(rng):
    """Whatever the number of epochs and calls of `fit`, and where the last minibatch is incomplete."""
    gan = gaussian_gan()
    traced, step = [], gan.step
    gan.step = lambda data: (traced.append(1), step(data))[1]  # Python runs it when it is traced.
    gan.compile()
    examples = rng.normal(size=(22, 1)).astype("float32")
    gan.fit(examples, batch_size=4, epochs=3, verbose=0)
    gan.fit(examples, batch_size=4, epochs=5, initial_epoch=3, initial_step=2, verbose=0)
    assert int(gan.steps) == 3 * 5 + 3 + 5 and len(traced) == 1


@pytest.mark.graph
@pytest.mark.tensorflow
def test_incomplete_minibatches_of_a_dataset_are_not_traced_apart(rng):
    import tensorflow as tf

    gan = gaussian_gan()
    traced, step = [], gan.step
    gan.step = lambda data: (traced.append(1), step(data))[1]
    gan.compile()
    examples = rng.normal(size=(22, 1)).astype("float32")
    gan.fit(tf.data.Dataset.from_tensor_slices(examples).batch(4), epochs=3, verbose=0)
    assert int(gan.steps) == 3 * 6 and len(traced) == 1


@pytest.mark.graph
@pytest.mark.parametrize(
    "options",
    [
        {"run_eagerly": True},
        {"jit_compile": False},
        pytest.param({"jit_compile": True}, marks=pytest.mark.slow),
    ],
)
def test_compile_options_do_not_change_the_result(rng, options):
    images = rng.uniform(-1, 1, (16, 1)).astype("float32")

    def trained(**options):
        gan = gaussian_gan()
        sgd = {name: keras.optimizers.SGD(1e-3) for name in ("discriminator", "generator")}
        gan.training_latents = lambda num: ops.ones((num, 1))  # XLA draws other random numbers
        gan.discriminator.set_weights([np.array([[0.1], [-0.2]]), np.zeros(1)])
        gan.compile(sgd, **options)
        gan.fit(images, batch_size=4, epochs=2, verbose=0)
        return gan.get_weights()

    for a, b in zip(trained(), trained(**options), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.graph
def test_steps_per_execution_counts_turns(rng):
    gan = gaussian_gan()
    gan.compile(steps_per_execution=2)
    calls = []
    count = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: calls.append(batch)
    )
    gan.fit(rng.normal(size=(16, 1)).astype("float32"), batch_size=4, verbose=0, callbacks=[count])
    assert calls == [1, 3]


def test_optimizers_default_to_the_papers_and_are_the_players_own():
    gan = gaussian_gan()
    gan.compile({"generator": "rmsprop"})
    assert type(gan.optimizers["generator"]) is keras.optimizers.RMSprop
    assert type(gan.optimizers["discriminator"]) is keras.optimizers.SGD


def test_each_player_has_its_own_loss_scale_in_float16(float16):
    game = Weighing()
    game.compile({name: keras.optimizers.SGD(1e-5) for name in ("critic", "other")})
    optimizers = [game.optimizers[name] for name in ("critic", "other")]
    assert all(isinstance(each, keras.optimizers.LossScaleOptimizer) for each in optimizers)
    # 1000 times the first scale, 32768, is no number of float16; half the scale is tried next, and so on.
    history = game.fit(
        np.full((4, 1), 1000.0, "float32"), batch_size=4, epochs=12, verbose=0
    ).history
    assert "critic_skipped" not in history  # that is not what a skipped move is
    scales = [float(ops.convert_to_numpy(each.dynamic_scale)) for each in optimizers]
    assert scales == [64.0, 64.0]  # 9 halvings; 65,504 is the largest number
    # The gradient is 1000 in each of the three steps that are left.
    assert float(game.critic.kernel[0, 0]) == pytest.approx(1.0 - 3 * 1e-5 * 1000.0)
    assert optimizers[0].inner_optimizer is not optimizers[1].inner_optimizer


def test_compile_refuses_what_is_no_player():
    with pytest.raises(ValueError, match=r"'critic'.*'discriminator', 'generator'"):
        gaussian_gan().compile({"critic": "adam"})
    shared = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="one optimizer to two players"):
        gaussian_gan().compile({"generator": shared, "discriminator": shared})


def test_compile_refuses_what_is_no_optimizer():
    for wrong in (["adam", "adam"], 1e-3):
        with pytest.raises(ValueError, match="optimizers must be a dictionary of optimizers"):
            tiny().compile(wrong)


def test_compile_counts_steps_per_execution():
    for wrong in (0, -1, 2.5):
        with pytest.raises(ValueError, match="steps_per_execution must be a whole number"):
            tiny().compile(steps_per_execution=wrong)
