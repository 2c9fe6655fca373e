"""Bijections: log-determinants against the Jacobian, inverses on data, and what the first batch sets."""

import math
from contextlib import nullcontext

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend
from keras_gan.layers import (
    ActNorm,
    AffineCoupling,
    Chain,
    DenseCoupling,
    Flatten,
    GlowCoupling,
    Inverse,
    InvertibleBatchNormalization,
    InvertibleConvolution,
    LearnedPrior,
    Logit,
    MaskedAutoregressive,
    MaskedDense,
    ResidualCoupling,
    Reverse,
    Split,
    Squeeze,
    ZeroConv2D,
)
from keras_gan.precision import dtype_policy

BATCH = 3
VECTORS, ODD, IMAGES, DEEP = (6,), (3,), (4, 2, 1), (2, 2, 4)

BIJECTIONS = {
    "squeeze": (Squeeze, IMAGES),
    "act_norm": (ActNorm, DEEP),
    "act_norm_of_vectors": (ActNorm, VECTORS),
    "invertible_convolution": (InvertibleConvolution, DEEP),
    "glow_coupling": (lambda: AffineCoupling(GlowCoupling(3, 4)), DEEP),
    "dense_coupling": (lambda: AffineCoupling(DenseCoupling(5, 4), "tanh"), ODD),
    "flipped_coupling": (lambda: AffineCoupling(DenseCoupling(5, 2), "tanh", flip=True), ODD),
    "checkerboard": (
        lambda: AffineCoupling(ResidualCoupling(4, 2, 1, True), "tanh", "checkerboard"),
        IMAGES,
    ),
    "other_checkerboard": (
        lambda: AffineCoupling(ResidualCoupling(4, 2, 1, True), "tanh", "checkerboard", True),
        IMAGES,
    ),
    "split": (lambda: Split(ActNorm()), DEEP),
    "glow_split": (lambda: Split(Chain([Squeeze(), ActNorm()]), ZeroConv2D(4)), DEEP),
    "learned_prior": (lambda: LearnedPrior(ZeroConv2D(2)), IMAGES),
    "logit": (lambda: Logit(0.05), IMAGES),
    "masked_autoregressive": (lambda: MaskedAutoregressive((8, 7), "tanh"), VECTORS),
    "masked_autoregressive_of_one_layer": (lambda: MaskedAutoregressive((8,)), VECTORS),
    "batch_normalization": (InvertibleBatchNormalization, DEEP),
    "batch_normalization_without_scale": (
        lambda: InvertibleBatchNormalization(affine=False),
        VECTORS,
    ),
    "reverse": (Reverse, VECTORS),
    "flatten": (Flatten, IMAGES),
    "chain": (lambda: Chain([ActNorm(), Reverse(), InvertibleConvolution()]), VECTORS),
}


def numpy(x):
    return ops.convert_to_numpy(x)


@pytest.fixture
def double():
    """Float64 throughout."""
    scope = nullcontext()
    if keras.backend.backend() == "jax":
        import jax

        scope = jax.enable_x64(True)
    with scope, dtype_policy("float64"):
        yield


def built(name, rng):
    """A bijection whose weights are none of their first values, and data (n, ...) for it."""
    make, shape = BIJECTIONS[name]
    bijection = make()
    bijection.build((None, *shape))
    for weight in bijection.weights:
        if weight.name == "initialized":
            weight.assign(1.0)
        elif weight.name.endswith("variance"):
            weight.assign(rng.uniform(0.5, 2.0, weight.shape))
        else:
            weight.assign(weight + rng.normal(0.0, 0.1, weight.shape))
    return bijection, rng.uniform(-0.9, 0.9, (BATCH, *shape))


def compiled(fn):
    """As one graph under JAX, where each operation that runs eagerly is compiled by itself."""
    return backend.compiled(fn) if keras.backend.backend() == "jax" else fn


@pytest.mark.parametrize("name", BIJECTIONS)
def test_the_log_determinant_is_that_of_the_jacobian(name, rng, double):
    bijection, x = built(name, rng)
    size = math.prod(x.shape[1:])
    # Each example once for each output, whose slopes are a row of the Jacobian.
    repeated, chosen = x.repeat(size, axis=0), np.tile(np.eye(size), (BATCH, 1))

    @compiled
    def log_det_and_rows(x):
        rows = backend.gradient(lambda x: chosen * ops.reshape(bijection(x)[0], (-1, size)), x)
        return bijection(x)[1], rows

    log_det, rows = map(numpy, log_det_and_rows(ops.convert_to_tensor(repeated)))
    assert (log_det.dtype, log_det.shape) == ("float64", (BATCH * size,))
    expected = np.linalg.slogdet(rows.reshape(BATCH, size, size))[1]
    np.testing.assert_allclose(log_det, expected.repeat(size), rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", BIJECTIONS)
def test_the_inverse_gives_data_back(name, rng):
    bijection, x = built(name, rng)
    x = x.astype("float32")
    z = numpy(compiled(lambda x: bijection(x)[0])(x))
    shape, _ = bijection.compute_output_shape((BATCH, *x.shape[1:]))
    assert z.shape == shape
    back = numpy(compiled(bijection.inverse)(ops.convert_to_tensor(z)))
    np.testing.assert_allclose(back, x, atol=1e-4)


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", BIJECTIONS)
def test_a_config_makes_the_same_bijection(name, rng):
    bijection, x = built(name, rng)
    x = x.astype("float32")
    copy = type(bijection).from_config(bijection.get_config())
    copy.build((None, *x.shape[1:]))
    copy.set_weights(bijection.get_weights())
    for a, b in zip(bijection(x), copy(x), strict=True):
        np.testing.assert_array_equal(numpy(a), numpy(b))


def test_the_first_batch_in_training_sets_activation_normalization(rng):
    layer, first, second = ActNorm(), *rng.normal(3.0, 2.0, (2, 50, 4, 4, 2)).astype("float32")
    layer.build((None, 4, 4, 2))
    np.testing.assert_array_equal(numpy(layer(first)[0]), first)  # not before training
    z, log_det = layer(first, training=True)
    np.testing.assert_allclose(numpy(z).mean(axis=(0, 1, 2)), 0.0, atol=1e-5)
    np.testing.assert_allclose(numpy(z).std(axis=(0, 1, 2)), 1.0, atol=1e-4)
    deviations = first.std(axis=(0, 1, 2))
    np.testing.assert_allclose(numpy(log_det), -16 * np.log(deviations).sum(), rtol=1e-4)
    before = layer.get_weights()
    layer(second, training=True)
    np.testing.assert_allclose(numpy(layer(first)[0]), numpy(z), atol=1e-6)
    for old, new in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    restored = ActNorm()
    restored.build((None, 4, 4, 2))
    restored.set_weights(before)
    restored(second, training=True)
    np.testing.assert_allclose(numpy(restored(first)[0]), numpy(z), atol=1e-6)


def test_only_bias_and_scale_of_activation_normalization_are_trained():
    layer = ActNorm()
    layer.build((None, 2))
    assert [weight.name for weight in layer.trainable_weights] == ["bias", "logs"]


def test_invertible_convolutions_start_as_rotations():
    layer = InvertibleConvolution()
    layer.build((None, 4, 4, 12))
    kernel = numpy(layer.kernel)
    np.testing.assert_allclose(kernel @ kernel.T, np.eye(12), atol=1e-5)
    np.testing.assert_allclose(numpy(layer(np.ones((2, 4, 4, 12)))[1]), 0.0, atol=1e-5)


def test_couplings_of_zeros_are_near_the_identity(rng):
    coupling, x = AffineCoupling(GlowCoupling(3, 4)), rng.normal(size=(2, 2, 2, 4))
    coupling.build((None, 2, 2, 4))
    z, log_det = coupling(x.astype("float32"))
    scale = 1 / (1 + np.exp(-2.0))  # sigmoid(0 + 2)
    np.testing.assert_allclose(numpy(z)[..., 2:], scale * x[..., 2:], rtol=1e-5)
    np.testing.assert_allclose(numpy(log_det), 8 * np.log(scale), rtol=1e-5)


def test_an_output_of_a_masked_network_sees_the_inputs_before_it_alone(rng):
    bijection, x = built("masked_autoregressive", rng)
    x = ops.convert_to_tensor(x.astype("float32"))
    for which in (0, 1):
        for index in range(6):

            def value(x):
                return bijection.parameters(x)[which][:, index]  # noqa: B023

            slopes = numpy(compiled(lambda x: backend.gradient(value, x))(x))
            assert (slopes[:, index:] == 0.0).all()
            assert (slopes[:, :index] != 0.0).all()


def test_masks_are_those_of_degrees():
    first = MaskedDense(3, 3, "first")
    first.build((None, 3))
    assert first.mask.tolist() == [[1, 1, 1], [0, 1, 0], [0, 0, 0]]  # units of the degrees 1, 2, 1
    last = MaskedDense(6, 3, "last")
    last.build((None, 3))
    assert last.mask.tolist() == [[0, 1, 1] * 2, [0, 0, 1] * 2, [0, 1, 1] * 2]


def test_the_edge_of_an_image_is_an_input_of_convolutions():
    layer = ZeroConv2D(1)
    layer.build((None, 3, 3, 2))
    kernel = np.zeros((3, 3, 3, 1))
    kernel[:, :, 2] = 1.0
    layer.kernel.assign(kernel)
    outputs = numpy(layer(np.ones((1, 3, 3, 2))))[0, :, :, 0]
    assert outputs.tolist() == [[5, 3, 5], [3, 0, 3], [5, 3, 5]]


@pytest.mark.parametrize("flip", [False, True])
def test_a_checkerboard_keeps_the_places_of_even_sums(flip, rng):
    layer = AffineCoupling(ResidualCoupling(4, 2, 1, True), "tanh", "checkerboard", flip)
    layer.build((None, 2, 2, 1))
    for weight in layer.trainable_weights:
        weight.assign(rng.normal(size=weight.shape))
    inputs = rng.normal(size=(1, 2, 2, 1)).astype("float32")
    kept = (numpy(layer(inputs)[0]) == inputs)[0, :, :, 0]
    np.testing.assert_array_equal(kept, np.eye(2) == 1 - flip)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="even height and width, got 3 x 4"):
        Squeeze().build((None, 3, 4, 1))
    with pytest.raises(ValueError, match="at least 2 channels, got 1"):
        AffineCoupling(DenseCoupling(2, 2)).build((None, 1))
    with pytest.raises(ValueError, match="must have 4 output channels, got 2"):
        AffineCoupling(DenseCoupling(2, 2)).build((None, 4))
    with pytest.raises(ValueError, match=r"scale 'sigmoyd'.*sigmoid"):
        AffineCoupling(DenseCoupling(2, 2), "sigmoyd")
    with pytest.raises(ValueError, match=r"alpha must lie in \(0, 0.5\), got 0"):
        Logit(0)
    with pytest.raises(ValueError, match="got none"):
        MaskedAutoregressive(())


def test_a_generator_takes_flat_latents(rng):
    layer = Inverse(Chain([Squeeze(), ActNorm()]), IMAGES)
    x = rng.normal(size=(2, *IMAGES)).astype("float32")
    layer.build((None, 8))
    latents, _ = layer.encode(x)
    assert latents.shape == (2, 8)
    np.testing.assert_allclose(numpy(layer(np.array(numpy(latents)))), x, atol=1e-6)
