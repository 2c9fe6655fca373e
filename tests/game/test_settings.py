"""Settings on the class: defaults, overrides, signatures, saved configs."""

import copy
import inspect
from typing import ClassVar

import keras
import numpy as np
import pytest

import keras_gan
from keras_gan import DCGAN, GAN, WGANGP, CycleGAN, Game, networks
from keras_gan.penalties import R1, GradientPenalty

SHAPE = (28, 28, 1)


@keras.saving.register_keras_serializable("test")
class Critic(DCGAN):
    """A Wasserstein GAN with gradient penalty, as the README lists it."""

    image_shape = SHAPE
    objective = "wasserstein"
    penalties = ("gradient_penalty",)
    discriminator_steps = 2
    layers_wanted: ClassVar[int] = 3  # no setting

    def default_generator(self, image_shape):
        return networks.dcgan.generator(image_shape, 4, width=2)

    def default_discriminator(self, image_shape):
        return networks.dcgan.discriminator(image_shape, width=2, normalization=None)

    def default_optimizer(self):
        return keras.optimizers.Adam(1e-4, 0.0, 0.9)


@keras.saving.register_keras_serializable("test")
class Weighted(Critic):
    """A variant with a setting of its own, and one with a constructor of its own."""

    weight: float = 1.0

    def __init__(self, *args, shift=0.0, **kwargs):
        super().__init__(*args, **kwargs)
        self.shift = shift


@pytest.mark.slow_under_jax
def test_a_class_of_settings_trains_saves_loads_and_takes_overrides(rng, tmp_path):
    model = Critic(ema=0.9, seed=0)
    model.compile(run_eagerly=True)
    model.fit(rng.integers(0, 256, (8, *SHAPE), dtype=np.uint8), batch_size=4, verbose=0)
    model.save(tmp_path / "critic.keras")
    restored = keras_gan.load_model(tmp_path / "critic.keras")
    assert type(restored) is Critic
    assert type(restored.objective).__name__ == "Wasserstein"
    assert [type(penalty) for penalty in restored.penalties] == [GradientPenalty]
    assert (restored.discriminator_steps, restored.ema, restored.seed) == (2, 0.9, 0)
    np.testing.assert_array_equal(restored.generate(2, seed=1), model.generate(2, seed=1))
    other = Critic(penalties=["r1"], discriminator_steps=1)
    assert [type(penalty) for penalty in other.penalties] == [R1]
    assert other.batches_per_step == 1
    assert Critic.penalties == ("gradient_penalty",)


def test_settings_and_constructor_arguments_of_a_subclass_are_saved(tmp_path):
    model = Weighted(weight=2.0, shift=3.0, objective="hinge")
    model.save(tmp_path / "model.keras")
    restored = keras_gan.load_model(tmp_path / "model.keras")
    assert (restored.weight, restored.shift) == (2.0, 3.0)
    assert type(restored.objective).__name__ == "Hinge"


def test_settings_may_be_none_where_the_class_has_another_default(tmp_path):
    nets = (
        networks.progan.generator((8, 8, 1), 4, 8, 2),
        networks.progan.discriminator((8, 8, 1), 8, 2),
    )
    model = keras_gan.ProGAN(*nets, ema=None)
    assert model.sampling_generator is model.generator
    model.save(tmp_path / "model.keras")
    assert keras_gan.load_model(tmp_path / "model.keras").ema is None


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (Game, "seed name"),
        (
            keras_gan.Classifier,
            "network seed name image_shape num_classes class_names shift mirror cutout jigsaw "
            "label_smoothing",
        ),
    ],
)
def test_attributes_that_are_no_settings_are_no_arguments(kind, names):
    assert list(inspect.signature(kind).parameters) == names.split()


def test_signature_shows_the_defaults_of_the_class():
    parameters = inspect.signature(WGANGP).parameters
    assert list(parameters)[:2] == ["generator", "discriminator"]
    defaults = {
        name: parameters[name].default for name in ("objective", "penalties", "ema", "seed")
    }
    assert defaults == {
        "objective": "wasserstein",
        "penalties": ("gradient_penalty",),
        "ema": None,
        "seed": None,
    }
    assert "layers_wanted" not in inspect.signature(Critic).parameters
    assert {"weight", "shift", "generator"} <= set(inspect.signature(Weighted).parameters)


def test_config_is_all_of_the_signature_and_the_dtype_policy():
    translators = [networks.resnet.generator(width=2, blocks=1) for _ in "AB"]
    critics = [networks.patchgan.discriminator(width=2) for _ in "AB"]
    for model in (Critic(), CycleGAN(*translators, *critics, image_shape=(32, 32, 3))):
        config = model.get_config()
        assert list(config) == [*inspect.signature(type(model)).parameters, "dtype"]
        assert tuple(config["image_shape"]) == model.image_shape
        again = (
            type(model).from_config(copy.deepcopy(config)).get_config()
        )  # Keras changes what it reads.
        assert again == config


def test_a_constructor_that_passes_nothing_on_has_its_own_arguments_only():
    class Alone(Game):
        level: int = 1

        def __init__(self, start):
            super().__init__(seed=0)

    assert list(inspect.signature(Alone).parameters) == ["start"]


@pytest.mark.parametrize("kind", [GAN, WGANGP, CycleGAN, keras_gan.Classifier, Critic])
def test_unknown_arguments_are_refused(kind):
    with pytest.raises(
        ValueError, match=rf"no argument of {kind.__name__} 'image_shap'.*image_shape"
    ):
        kind(image_shap=SHAPE)
