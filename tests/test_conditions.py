"""What a generator is told: the values that people give, as networks take them."""

import numpy as np
import pytest

from keras_gan.conditions import KEYWORDS, Classes, Sounds, Texts
from keras_gan.modalities import audio

WORDS = Texts(("blue", "eyes", "hair", "red"), 4)
SECOND = Sounds(1000, 1.0)


def test_a_text_is_its_words_numbers():
    tokens = WORDS.check("Red eyes; BLUE-hair!", 2)
    assert tokens.dtype == np.int32
    assert tokens.tolist() == [[4, 2, 1, 3]] * 2
    assert WORDS.check(["red", "blue hair"], 2).tolist() == [[4, 0, 0, 0], [1, 3, 0, 0]]
    assert WORDS.text(tokens[0]) == "red eyes blue hair"
    np.testing.assert_array_equal(WORDS.check(tokens, 2), tokens)
    np.testing.assert_array_equal(WORDS.check(tokens[0], 2), tokens)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "text must be given"),
        ("", "must hold words, got ''"),
        ("?!", "must hold words"),
        ("redd eyes", r"word 'redd'\. Did you mean red\?"),
        ("chartreuse", r"word 'chartreuse'\. It knows blue, eyes, hair, red\."),
        ("red red red red red", "at most 4 words, got 5"),
        (["red"] * 3, "one or 2 texts, got 3"),
        ([1, 2], "must be a string, got int"),
        (np.zeros((2, 4), int), "must have a word"),
        (np.full((2, 4), 5), "from 0 to 4, got 5 to 5"),
        (np.ones((2, 3), int), r"must be \(2, 4\), got \(2, 3\)"),
    ],
)
def test_texts_that_do_not_fit_are_refused(text, said):
    with pytest.raises(ValueError, match=said):
        WORDS.check(text, 2)


def test_a_vocabulary_holds_different_words_in_lower_case():
    for words, said in (
        ((), "at least one"),
        (("a", "a"), "different"),
        (("A",), "'A'"),
        (("a b",), "'a b'"),
    ):
        with pytest.raises(ValueError, match=said):
            Texts(words, 3)


def test_values_are_counted_where_there_are_several():
    assert [WORDS.count(x) for x in ("red", ["red", "blue"], np.ones(4), np.ones((3, 4)))] == [
        *(None, 2, None, 3)
    ]
    assert [Classes(3).count(x) for x in (1, [1, 2], np.array([0, 1, 2]), "cat")] == [
        None,
        2,
        3,
        None,
    ]


def test_a_model_is_measured_by_what_the_data_has():
    assert Classes(3).requested(np.array([0, 0, 1, 2]), 2).tolist() == [0, 1]
    assert Classes(3).requested(None, 3).tolist() == [0, 1, 2]
    texts = np.array([["red eyes", "red hair"], ["blue eyes", "blue hair"]])
    found = [WORDS.text(row) for row in WORDS.requested(texts, 4)]
    assert found == ["red eyes", "red hair", "blue eyes", "blue hair"]
    with pytest.raises(ValueError, match="data with texts"):
        WORDS.requested(None, 2)


def test_examples_are_valid():
    tokens = WORDS.examples(50)
    np.testing.assert_array_equal(WORDS.check(tokens, 50), tokens)
    assert {np.count_nonzero(row) for row in tokens} == {1, 2, 3, 4}


def test_a_sound_is_a_file_or_samples(tmp_path, rng):
    tone = rng.uniform(-1.0, 1.0, 1000).astype("float32")
    file = audio.write(tmp_path / "tone.wav", tone, 1000)
    found = SECOND.check(file, 2)
    assert (found.shape, found.dtype) == ((2, 1000), np.float32)
    np.testing.assert_allclose(found, [tone] * 2, atol=1.01 / 32768)
    np.testing.assert_array_equal(SECOND.check(str(file), 2), found)
    levels = audio.to_people(tone)
    several = SECOND.check([file, levels, tone, tone[:300]], 4)
    np.testing.assert_array_equal(several[:2], found)
    np.testing.assert_array_equal(several[2:], [tone, [*tone[:300], *[0.0] * 700]])
    np.testing.assert_array_equal(SECOND.check(np.stack([levels] * 2), 2), found)
    assert [SECOND.count(x) for x in (file, str(file), tone, [file], np.ones((3, 9)))] == [
        *(None, None, None, 1, 3)
    ]
    assert KEYWORDS == ("labels", "text", "sound")


def test_of_a_long_sound_the_loudest_part_is_taken(tmp_path, rng):
    sound = rng.uniform(-0.1, 0.1, 2500)
    sound[700:1700] *= 9.0
    with pytest.warns(UserWarning, match=r"sound is 2\.50 s long; the loudest 1 s of it"):
        (found,) = SECOND.check(sound, 1)
    np.testing.assert_allclose(found, sound[700:1700], rtol=1e-6)
    file = audio.write(tmp_path / "long.wav", sound, 1000)
    with pytest.warns(UserWarning, match=r"long\.wav is 2\.50 s long") as warned:
        SECOND.check([file] * 3, 3)
    assert len(warned) == 1  # a file is read once


@pytest.mark.parametrize(
    ("sound", "said"),
    [
        (None, "sound must be given"),
        ("nowhere.wav", "Cannot read the sound nowhere.wav"),
        (np.zeros(9), "sound is silent"),
        (np.full(9, np.nan), "floats in"),
        (np.full(9, 1.5), r"got float64 in \[1.5, 1.5\]"),
        (np.ones(9, int), "must be int16"),
        (np.ones((3, 9)), "one or 2 sounds, got 3"),
        (np.ones((2, 9, 1)), r"must be samples \(samples,\), got \(9, 1\)"),
        ([0.1, 0.2], r"must be samples \(samples,\), got \(\)"),
        (np.ones(0), r"must be \(n, samples\), got \(1, 0\)"),
    ],
)
def test_sounds_that_do_not_fit_are_refused(sound, said):
    with pytest.raises(ValueError, match=said):
        SECOND.check(sound, 2)


def test_rates_and_lengths_are_checked():
    for options, said in (((0, 1.0), "rate must be"), ((8000, 0.0), "seconds must be")):
        with pytest.raises(ValueError, match=said):
            Sounds(*options)


def test_sounds_to_measure_and_to_show(rng):
    tones = SECOND.examples(6)
    np.testing.assert_array_equal(SECOND.check(tones, 6), tones)
    assert (np.diff(np.square(tones).sum(axis=1)) > 0).all()
    np.testing.assert_array_equal(SECOND.requested(tones, 3), tones[::2])
    with pytest.raises(ValueError, match="measured on"):
        SECOND.requested(np.arange(3), 2)
    rows = SECOND.shown({"sounds": np.repeat(tones, 4, axis=0)})
    np.testing.assert_array_equal(rows, np.repeat(tones, 4, axis=0)[::3])
    assert SECOND.shown({}) is None
