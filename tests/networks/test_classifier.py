"""The networks of classifiers: features, stages, parameters."""

import itertools

import keras
import numpy as np
from networks.counting import parameters

from keras_gan.networks import classifier


def test_classifier_has_features():
    network = classifier.classifier((28, 28, 1), num_classes=7, width=4, features=16)
    assert network.output_shape == (None, 7)
    assert network.get_layer("features").output.shape == (None, 16)


def test_a_pair_has_the_sum_of_its_parts_logits(rng):
    network = classifier.classifier((8, 8, 1), [3, 2], width=2, features=4, stages=2)
    images = rng.normal(size=(5, 8, 8, 1)).astype("float32")
    first, second = (
        keras.Model(network.inputs, layer.output).predict(images, verbose=0)
        for layer in network.layers
        if isinstance(layer, keras.layers.Dense) and layer.name != "features"
    )
    pairs = (first[:, :, None] + second[:, None, :]).reshape(5, 6)
    np.testing.assert_allclose(network.predict(images, verbose=0), pairs, rtol=1e-5, atol=1e-6)


def test_classifier_of_more_stages_sees_more():
    network = classifier.classifier((128, 128, 3), num_classes=2, width=2, stages=5)
    planes = [layer.output.shape for layer in network.layers if "pooling" in layer.name]
    assert planes == [
        (None, 64, 64, 2),
        (None, 32, 32, 4),
        (None, 16, 16, 8),
        (None, 8, 8, 16),
        (None, 32),
    ]


def test_residual_classifier_has_three_convolutions_a_stage():
    network = classifier.residual((32, 32, 3), 10, widths=(64, 192, 256))
    widths = [32, 64, 192, 256]
    expected = 9 * 3 * 32 + 2 * 32
    for inputs, outputs in itertools.pairwise(widths):
        expected += 9 * inputs * outputs + 2 * 9 * outputs * outputs + 3 * 2 * outputs
    expected += 257 * 10
    assert parameters(network) == expected == 2_494_890
    planes = [layer.output.shape[1] for layer in network.layers if "pooling" in layer.name]
    assert planes == [16, 8, 4, 256]
    assert network.get_layer("features").output.shape == (None, 256)
    assert network.output_shape == (None, 10)
