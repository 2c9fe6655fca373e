"""Models with a likelihood or a fitted prior are exported as adversarial ones are."""

import numpy as np
import pytest
from serving.runtimes import PACKAGES, RUN

from keras_gan import GON, MAF, VAE, Glow, RealNVP, networks, serving

pytestmark = pytest.mark.slow

SHAPE = (8, 8, 1)
MODELS = {
    "vae": lambda: VAE(image_shape=SHAPE, latent_dim=4, seed=0),
    "gon": lambda: GON(networks.gon.generator((28, 28, 1), 8, 4, groups=2), seed=0),
    "variational_gon": lambda: GON(image_shape=(28, 28, 1), variational=True, seed=0),
    "glow": lambda: Glow(networks.glow.generator(SHAPE, 2, 1, 4), seed=0),
    "realnvp": lambda: RealNVP(networks.realnvp.generator(SHAPE, 1, 1, 2), seed=0),
    "realnvp_of_vectors": lambda: RealNVP(image_shape=(2,), seed=0),
    "maf": lambda: MAF(networks.maf.generator((4, 4, 1), 2, (16,)), seed=0),
}


@pytest.fixture(scope="module", params=MODELS)
def model(request):
    """A model whose kernels are not zero; the plain GON has fitted its prior, in a step of training."""
    rng, model = np.random.default_rng(0), MODELS[request.param]()
    model.name = request.param
    for weight in model.weights:
        if "kernel" in weight.path:
            weight.assign(weight + 0.05 * rng.normal(size=weight.shape))
    if request.param == "gon":
        images = rng.integers(0, 256, (8, *model.example_shape), dtype=np.uint8)
        model.compile()
        model.fit(images, batch_size=8, verbose=0)
    return model


def test_a_saved_model_makes_what_the_model_makes(model, tmp_path):
    tf = pytest.importorskip("tensorflow")
    loaded = tf.saved_model.load(str(serving.export(model, tmp_path)))
    made = loaded.signatures["serving_default"](latents=tf.constant(model.latents(3, seed=1)))
    np.testing.assert_array_equal(made["images"], model.generate(3, seed=1))


@pytest.mark.parametrize("format", RUN)
def test_a_file_makes_what_the_model_makes(model, tmp_path, format):
    for package in PACKAGES[format]:
        pytest.importorskip(package)
    latents = model.latents(3, seed=1)
    made = RUN[format](serving.export(model, tmp_path, format=format), {"latents": latents})
    np.testing.assert_allclose(made, model.decode(latents), atol=1e-5)
