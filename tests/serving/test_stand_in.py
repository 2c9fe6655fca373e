"""The stand-ins by which an exported file is measured as its model is."""

import numpy as np
import pytest

from keras_gan import evaluation
from keras_gan.serving.stand_in import stand_in


@pytest.mark.filterwarnings("ignore:FID with fewer images")
def test_the_same_network_has_the_same_metric_and_another_has_not(packed_entries, entries):
    measure = evaluation.ImageQuality("digits", num=40)
    model = packed_entries[1]["tiny_dcgan"]

    def run(inputs):
        return model.decode(inputs["latents"])

    itself, same = measure(model), measure(stand_in(model, run))
    other = measure(stand_in(model, lambda inputs: np.abs(run(inputs))))
    assert same["value"] == itself["value"] and same["name"].startswith("fid[")
    assert abs(other["value"] - same["value"]) > 0.01 * same["value"]


def test_a_model_that_generates_no_images_has_none(packed_entries):
    with pytest.raises(ValueError, match="A Classifier generates no images"):
        stand_in(packed_entries[1]["tiny_classifier"], None)
