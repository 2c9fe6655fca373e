"""The stand-ins that judge what a file makes of a model's images."""

import numpy as np
import pytest

from keras_gan.serving import judging


@pytest.mark.filterwarnings("ignore:FID with fewer images")
def test_the_same_network_is_judged_the_same_and_another_is_not(
    packed_entries, entries, monkeypatch
):
    monkeypatch.setattr(judging, "NUM", 40)
    model = packed_entries[1]["tiny_dcgan"]

    def keras(inputs):
        return model.decode(inputs["latents"])

    same = judging.judged(model, None, keras, keras, "digits")
    other = judging.judged(model, None, keras, lambda inputs: np.abs(keras(inputs)), "digits")
    assert same["file"] == same["keras"] == other["keras"]
    assert abs(other["file"] - other["keras"]) > 0.01 * other["keras"]
    assert same["figure"].startswith("fid[")


def test_without_a_dataset_nothing_is_judged(packed_entries):
    model = packed_entries[1]["tiny_dcgan"]
    assert "missing" in judging.judged(model, None, None, None, None)
