"""Conditions of a generator in TensorFlow graphs: what a request says, checked, as networks take it."""

import tensorflow as tf

from keras_gan.conditions import Classes, Condition, Texts


class ServedClasses:
    """Class ids: `labels` int32 (n,), or one `label` for all images of a request.

    Args:
        condition: the classes.
    """

    tables = ()

    def __init__(self, condition: Classes):
        self.many = tf.TensorSpec((None,), tf.int32, "labels")
        self.one = tf.TensorSpec((), tf.int32, "label")
        self._num = condition.num

    def checked(self, labels):
        """Class ids; those that do not exist are refused."""
        classes = f"Labels must be class ids from 0 to {self._num - 1}."
        low = tf.debugging.assert_non_negative(labels, classes)
        high = tf.debugging.assert_less(labels, self._num, classes)
        with tf.control_dependencies([low, high]):
            return tf.identity(labels)

    def read(self, label):
        """The class id of one `label`."""
        return self.checked(label)


class ServedTexts:
    """Texts: `texts` int32 (n, length), word numbers, or one `text`, a string, for all images.

    Args:
        condition: the texts.
    """

    def __init__(self, condition: Texts):
        self.many = tf.TensorSpec((None, *condition.shape), tf.int32, "texts")
        self.one = tf.TensorSpec((), tf.string, "text")
        self._length, self._words = condition.length, len(condition.vocabulary)
        numbers = tf.lookup.KeyValueTensorInitializer(
            list(condition.numbers), list(condition.numbers.values()), tf.string, tf.int32
        )
        self._numbers = tf.lookup.StaticHashTable(numbers, default_value=-1)
        self.tables = (self._numbers,)

    def checked(self, texts):
        """Word numbers; those that do not exist, and texts without a word, are refused."""
        said = f"Word numbers must be from 0 to {self._words}."
        low = tf.debugging.assert_non_negative(texts, said)
        high = tf.debugging.assert_less_equal(texts, self._words, said)
        words = tf.debugging.assert_positive(
            tf.reduce_max(texts, axis=1), "A text must have a word."
        )
        with tf.control_dependencies([low, high, words]):
            return tf.identity(texts)

    def read(self, text):
        """The word numbers (length,) of a string, whose words are runs of letters and digits."""
        spaced = tf.strings.regex_replace(tf.strings.lower(text, "utf-8"), r"[^\pL\pN_]+", " ")
        numbers = self._numbers.lookup(tf.strings.split(tf.strings.strip(spaced)))
        few = tf.debugging.assert_less_equal(
            tf.size(numbers), self._length, f"text must have at most {self._length} words."
        )
        some = tf.debugging.assert_positive(tf.size(numbers), "text must hold words.")
        known = tf.debugging.assert_positive(
            numbers, "text has words that the model does not know."
        )
        with tf.control_dependencies([few, some, known]):
            padded = tf.pad(numbers, [[0, self._length - tf.size(numbers)]])
        return tf.ensure_shape(padded, (self._length,))


def served_condition(condition: Condition | None) -> ServedClasses | ServedTexts | None:
    """The condition of a model in graphs; None of an unconditional one."""
    if condition is None:
        return None
    return {Classes: ServedClasses, Texts: ServedTexts}[type(condition)](condition)
