"""What a generator is told: the values that people give, as networks take them."""

import numpy as np
import pytest

from keras_gan.conditions import Classes, Texts

WORDS = Texts(("blue", "eyes", "hair", "red"), 4)


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
