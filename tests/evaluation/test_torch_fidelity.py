"""Two folders of pictures are compared as torch-fidelity compares them, by Inception of equal weights."""

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest
from evaluation import conversion
from PIL import Image

from keras_gan.evaluation import evaluate, inception
from keras_gan.evaluation.inception import network

if not importlib.util.find_spec("torch_fidelity"):
    pytest.skip("needs torch-fidelity", allow_module_level=True)
pytestmark = pytest.mark.slow

NUM = 24
SIDE = 299  # of Inception's inputs: pictures of other sizes are scaled as in clean-FID
# A process of its own: torchvision, which it imports, and TensorFlow do not bear each other.
PROGRAM = """
import json, sys
import numpy, torch, torch_fidelity
from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

made, real, weights, images, features = sys.argv[1:]
network = FeatureExtractorInceptionV3("inception", ["2048"], feature_extractor_weights_path=weights)
pixels = torch.from_numpy(numpy.load(images).transpose(0, 3, 1, 2))
with torch.no_grad():
    numpy.save(features, network(pixels)[0].numpy())
metrics = torch_fidelity.calculate_metrics(
    input1=made, input2=real, fid=True, kid=True, prc=True, cuda=False, cache=False, verbose=False,
    kid_subsets=1, kid_subset_size=NUM, feature_extractor_weights_path=weights, save_cpu_ram=True,
    feature_extractor="inception-v3-compat", feature_layer_prc="2048",
)
print(json.dumps(metrics))
""".replace("NUM", str(NUM))


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """(Ours, theirs): features of four pictures, and metrics of two folders."""
    folder, rng = tmp_path_factory.mktemp("fidelity"), np.random.default_rng(0)
    pictures = {"made": blobs(rng, 6), "real": blobs(rng, 9)}
    for name, images in pictures.items():
        (folder / name).mkdir()
        for index, image in enumerate(images):
            Image.fromarray(image).save(folder / name / f"{index:02}.png")
    np.save(folder / "images.npy", pictures["made"][:4])
    weights = random_weights(folder, rng)
    paths = [
        folder / name for name in ("made", "real", "weights.pth", "images.npy", "features.npy")
    ]
    command = [sys.executable, "-c", PROGRAM, *paths]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    theirs = json.loads(done.stdout.splitlines()[-1])
    features = inception(weights)
    report = evaluate(folder / "made", folder / "real", ["fid", "kid", "prdc"], features=features)
    ours = {metric.metric: metric.value for metric in report.metrics}
    return (features(pictures["made"][:4]), ours), (np.load(folder / "features.npy"), theirs)


def blobs(rng, cells):
    """Pictures of smooth random colors, coarse or fine."""
    coarse = rng.integers(0, 256, (NUM, cells, cells, 3), dtype=np.uint8)
    return np.stack([Image.fromarray(image).resize((SIDE, SIDE)) for image in coarse])


def random_weights(folder, rng):
    """Writes weights under which activations keep their size, for torch-fidelity and for us; our path."""
    torch = pytest.importorskip("torch")
    converter, state = conversion.converter(torch), {}
    for name, variable in converter.torch_names(network()):
        shape = tuple(variable.shape)
        if len(shape) == 4:
            height, width, inputs, outputs = shape
            values = rng.normal(size=(outputs, inputs, height, width))
            values *= np.sqrt(2 / (height * width * inputs))
        else:
            values = (not name.endswith(("bias", "mean"))) + 0.3 * rng.uniform(-1, 1, shape)
        state[name] = values.astype(np.float32)
    state |= {"fc.weight": np.zeros((1008, 2048)), "fc.bias": np.zeros(1008)}
    for name in [name for name in state if name.endswith("running_var")]:
        state[name.replace("running_var", "num_batches_tracked")] = np.array(0)
    source, path = folder / "weights.pth", folder / "converted.weights.h5"
    torch.save({name: torch.from_numpy(value) for name, value in state.items()}, source)
    converter.main([str(source), "--out", str(path)])
    return path


def test_features_are_equal(found):
    (ours, _), (theirs, _) = found
    assert np.linalg.norm(ours - theirs) < 1e-4 * np.linalg.norm(theirs)


@pytest.mark.parametrize(
    ("metric", "key"),
    [
        ("fid", "frechet_inception_distance"),
        ("kid", "kernel_inception_distance_mean"),
        ("precision", "precision"),
        ("recall", "recall"),
    ],
)
def test_metrics_of_two_folders_are_equal(found, metric, key):
    (_, ours), (_, theirs) = found
    assert ours[metric] == pytest.approx(theirs[key], rel=1e-3, abs=1e-6)
