"""Figures of the cards come out again from the weights that are shipped."""

import numpy as np
import pytest

from keras_gan import zoo
from keras_gan.evaluation import evaluate


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "metric"), [("dcgan_mnist", "fid"), ("mnist_classifier", "accuracy")]
)
def test_published_figure_is_measured_again(name, metric, data_dir):
    (measured,) = evaluate(name, metrics=[metric], data_dir=data_dir).metrics
    published = zoo.card(name).metrics[measured.name]
    assert published.definition == measured.definition
    low, high = published.interval or published.value + np.array([-1, 1]) * published.error
    assert low < measured.value < high
