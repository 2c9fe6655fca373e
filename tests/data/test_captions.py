"""Captions of drawn faces: a grammar and its inverse."""

import re

import numpy as np
import pytest

from keras_gan import data
from keras_gan.data.captions import (
    BOTH,
    HELD_OUT,
    NEW,
    ONE,
    VOCABULARY,
    WORDS,
    caption,
    captions,
    stated,
)
from keras_gan.data.catalogue.anime import EYES, HAIR


@pytest.mark.parametrize("template", [*BOTH, *NEW, *ONE])
def test_a_caption_states_the_colors_that_it_was_written_from(template, rng):
    for hair in WORDS:
        for eyes in WORDS:
            text = caption(template, hair, eyes, rng)
            assert set(re.findall(r"\w+", text)) <= set(VOCABULARY)
            expected = (
                hair if "{hair}" in template else None,
                eyes if "{eyes}" in template else None,
            )
            assert stated(text) == expected, text


def test_a_word_means_one_color():
    words = [word for each in WORDS.values() for word in each]
    assert len(set(words)) == len(words)


def test_captions_are_the_same_for_a_seed():
    one, again, other = (captions(["red"] * 50, ["blue"] * 50, 4, seed) for seed in (0, 0, 1))
    assert one.shape == (50, 4)
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()


def test_one_in_five_captions_names_one_part_and_some_templates_are_new():
    texts = captions(["white"] * 500, ["yellow"] * 500, 4, 0, new=True).ravel()
    alone = [None in stated(text) for text in texts]
    assert np.mean(alone) == pytest.approx(0.2, abs=0.03)
    new = {template.format(hair="white", eyes="yellow") for template in NEW}
    assert np.mean([text in new for text in texts]) == pytest.approx(0.4, abs=0.04)
    assert not new & set(captions(["white"] * 500, ["yellow"] * 500, 4, 0).ravel())


def test_faces_come_with_captions_of_their_tags(arrays):
    images, texts = arrays("anime_captions", "train")
    attributes = data.info("anime_captions").attributes(texts)
    assert images.shape == (9196, 64, 64, 3) and texts.shape == (9196, 10)
    assert attributes.shape == (9196, 10, 2) and attributes.dtype == np.int32
    known = attributes.max(axis=1, keepdims=True)
    assert ((attributes == known) | (attributes < 0)).all()
    pairs = {(HAIR[a], EYES[b]) for a, b in known[:, 0] if min(a, b) >= 0}
    assert not pairs & set(HELD_OUT)
    assert len(pairs) > 100
