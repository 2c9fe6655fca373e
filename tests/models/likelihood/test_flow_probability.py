"""Flows and TensorFlow Probability: the same densities, and its bijectors trained as flows."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import Flow, backend
from keras_gan.layers import AffineCoupling, Chain, InvertibleConvolution, Logit, Reverse
from keras_gan.models.likelihood.densities import log_density
from keras_gan.networks import flow, glow, realnvp

pytest.importorskip("tensorflow_probability")
pytestmark = pytest.mark.both


def numpy(x):
    return ops.convert_to_numpy(x)


@pytest.fixture
def tfp():
    return backend.probability()


def make(generator, rng, **settings):
    """A flow whose weights are none of their first values."""
    for variable in generator.trainable_variables:
        variable.assign(variable + rng.normal(0.0, 0.05, variable.shape))
    return Flow(generator, seed=0, **settings)


def test_log_density_is_that_of_a_normal_distribution(tfp, rng):
    z, log_det = rng.normal(size=(5, 4)).astype("float32"), rng.normal(size=5).astype("float32")
    normal = tfp.distributions.MultivariateNormalDiag(np.zeros(4, "float32"))
    expected = numpy(normal.log_prob(z)) + log_det
    np.testing.assert_allclose(numpy(log_density(z, log_det)), expected, rtol=1e-6, atol=1e-6)


def test_layers_are_their_bijectors(tfp, rng):
    """Those of TensorFlow Probability map latents to examples: ours are their inverses."""
    tfb, x = tfp.bijectors, rng.uniform(-0.9, 0.9, (5, 4)).astype("float32")
    logit, width = Logit(0.05), 2 + 2 / 255
    squashed = tfb.Chain(
        [
            tfb.Shift(np.float32(-width / 2)),
            tfb.Scale(np.float32(width / 0.9)),
            tfb.Shift(np.float32(-0.05)),
            tfb.Sigmoid(),
        ]
    )
    convolution = InvertibleConvolution()
    convolution.build((None, 4))
    kernel = numpy(convolution.kernel)
    matrix = tfb.Invert(tfb.ScaleMatvecTriL(np.linalg.cholesky(kernel @ kernel.T)))
    pairs = [(logit, squashed, 1e-5), (Reverse(), tfb.Permute([3, 2, 1, 0]), 1e-6)]
    for ours, theirs, tolerance in pairs:
        z, log_det = map(numpy, ours(x))
        np.testing.assert_allclose(z, numpy(theirs.inverse(x)), rtol=tolerance, atol=tolerance)
        expected = numpy(theirs.inverse_log_det_jacobian(x, event_ndims=1))
        np.testing.assert_allclose(log_det, expected, rtol=tolerance, atol=tolerance)
    expected = -numpy(matrix.inverse_log_det_jacobian(x, event_ndims=1))
    np.testing.assert_allclose(numpy(convolution(x)[1]), expected, atol=1e-5)


def test_a_coupling_is_realnvp(tfp, rng):
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4)])
    coupling = AffineCoupling(network, "tanh")
    coupling.build((None, 4))
    x = rng.normal(size=(5, 4)).astype("float32")

    def shift_and_log_scale(kept, size, **kwargs):
        shift, raw = ops.split(network(kept), 2, axis=-1)
        log_scale = -ops.tanh(raw)  # x = z exp(-s) - t
        return -shift, log_scale

    theirs = tfp.bijectors.RealNVP(num_masked=2, shift_and_log_scale_fn=shift_and_log_scale)
    z, log_det = map(numpy, coupling(x))
    np.testing.assert_allclose(z, numpy(theirs.inverse(x)), rtol=1e-5, atol=1e-6)
    expected = numpy(theirs.inverse_log_det_jacobian(x, event_ndims=1))
    np.testing.assert_allclose(log_det, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("images", [True, False])
def test_a_flow_is_a_distribution(tfp, rng, images):
    if images:
        model = make(glow.generator((4, 4, 1), 1, 1, 3), rng)
        data = rng.integers(0, 256, (6, 4, 4, 1), dtype=np.uint8)
        floats = np.float32(data / 127.5 - 1)
    else:
        model = make(realnvp.dense_generator(3, 2, 4), rng)
        data = floats = rng.normal(size=(6, 3)).astype("float32")
    distribution, shape = model.distribution(), floats.shape[1:]
    assert tuple(distribution.event_shape) == shape
    found = numpy(distribution.log_prob(floats))
    np.testing.assert_allclose(found, model.log_prob(data), rtol=1e-5)
    pairs = numpy(distribution.log_prob(floats.reshape(2, 3, *shape)))
    np.testing.assert_allclose(pairs, found.reshape(2, 3), rtol=1e-5)
    seed = {"seed": 0}
    if keras.backend.backend() == "jax":
        import jax

        seed = {"seed": jax.random.PRNGKey(0)}
    sample = numpy(distribution.sample(7, **seed)).copy()
    assert sample.shape == (7, *shape)
    z = numpy(distribution.bijector.inverse(sample)).copy()
    np.testing.assert_allclose(numpy(distribution.bijector.forward(z)), sample, atol=1e-4)


def chained(tfp):
    """Four couplings of TensorFlow Probability with Keras networks, and the networks."""
    tfb = tfp.bijectors
    networks = [
        keras.Sequential(
            [
                keras.Input((1,)),
                keras.layers.Dense(16, "tanh"),
                keras.layers.Dense(2, kernel_initializer="zeros"),
            ]
        )
        for _ in range(4)
    ]

    def coupling(network):
        def shift_and_log_scale(kept, size, **kwargs):
            shift, log_scale = ops.split(network(kept), 2, axis=-1)
            return shift, ops.tanh(log_scale)

        return tfb.RealNVP(num_masked=1, shift_and_log_scale_fn=shift_and_log_scale)

    parts = [part for network in networks for part in (coupling(network), tfb.Permute([1, 0]))]
    return tfb.Chain(parts), networks


@pytest.mark.graph
def test_a_bijector_trains_as_a_flow(tfp, rng, tmp_path):
    bijector, networks = chained(tfp)
    model = Flow(bijector=bijector, networks=networks, image_shape=(2,), seed=0)
    x = rng.normal(size=(2000, 1))
    data = np.concatenate([x, 0.5 * x**2 + 0.3 * rng.normal(size=x.shape)], axis=1)
    data = data.astype("float32")
    model.compile(keras.optimizers.Adam(1e-2))
    before, start = [network.get_weights() for network in networks], -model.log_prob(data).mean()
    losses = model.fit(data, batch_size=100, epochs=5, verbose=0).history["flow_loss"]
    assert losses[-1] < start - 0.3
    for network, old in zip(networks, before, strict=True):
        assert any((a != b).any() for a, b in zip(network.get_weights(), old, strict=True))
    assert -model.log_prob(data).mean() == pytest.approx(losses[-1], abs=0.1)
    latents = model.encode(data[:5]).copy()
    np.testing.assert_allclose(model.decode(latents), data[:5], atol=1e-4)
    with pytest.raises(NotImplementedError, match="is not saved whole"):
        model.save(tmp_path / "flow.keras")
    model.save_weights(tmp_path / "flow.weights.h5")
    bijector, networks = chained(tfp)
    other = Flow(bijector=bijector, networks=networks, image_shape=(2,), seed=1)
    other.load_weights(tmp_path / "flow.weights.h5")
    np.testing.assert_allclose(other.log_prob(data[:5]), model.log_prob(data[:5]), rtol=1e-5)


def test_what_does_not_suit_a_bijector_is_refused(tfp):
    unbuilt = keras.layers.Dense(2)
    with pytest.raises(ValueError, match="of a bijector must be built"):
        Flow(bijector=tfp.bijectors.Identity(), networks=[unbuilt], image_shape=(2,))
    with pytest.raises(ValueError, match="no copy to average"):
        Flow(bijector=tfp.bijectors.Identity(), image_shape=(2,), ema=0.9)


def test_a_generator_of_any_bijection_has_a_distribution(tfp):
    layer = Chain([Reverse()])
    model = Flow(flow.generator(layer, (2,)), seed=0)
    value = numpy(model.distribution().log_prob(np.zeros((1, 2), "float32")))
    np.testing.assert_allclose(value, -np.log(2 * np.pi), rtol=1e-6)
