"""Conditions of a generator in TensorFlow graphs: what a request says, checked, as networks take it."""

from typing import ClassVar

import tensorflow as tf

from keras_gan.conditions import Classes, Condition, Sounds, Texts


class ServedCondition:
    """A condition of requests.

    Attributes:
        many: what `serving_default` takes, a value for each image.
        one: what `sample` takes, a value for all images.
        others: further requests by name, as `sample` but for how the value is given: what they take instead,
            and the function that reads it.
        tables: lookup tables that reading requires.
    """

    many: tf.TensorSpec
    one: tf.TensorSpec
    others: ClassVar[dict] = {}
    tables = ()

    def checked(self, values):
        """Values (n, ...) as networks take them; those that do not exist are refused."""
        raise NotImplementedError

    def read(self, value):
        """One value as networks take it."""
        raise NotImplementedError


class ServedClasses(ServedCondition):
    """Class ids: `labels` int32 (n,), or one `label` for all images of a request.

    Args:
        condition: the classes.
    """

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


class ServedTexts(ServedCondition):
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


class ServedSounds(ServedCondition):
    """Sounds: `sounds` float32 (n, samples) in [-1, 1], or one `sound` (samples,) for all images.

    `sample_wav` takes `wav_bytes`, the content of a WAV file of 16 bits a sample at the model's rate: its
    channels are averaged, of a longer sound the loudest part is taken, a shorter one is followed by silence.

    Args:
        condition: the sounds.
    """

    def __init__(self, condition: Sounds):
        self._rate, (self._length,) = condition.rate, condition.shape
        self.many = tf.TensorSpec((None, self._length), tf.float32, "sounds")
        self.one = tf.TensorSpec((self._length,), tf.float32, "sound")
        self.others = {"sample_wav": (tf.TensorSpec((), tf.string, "wav_bytes"), self._decoded)}

    def checked(self, sounds):
        """Sounds; those out of [-1, 1], with NaN, or silent are refused."""
        peaks = tf.reduce_max(tf.abs(sounds), axis=1)
        low = tf.debugging.assert_less_equal(peaks, 1.0, "Samples must lie in [-1, 1].")
        silent = tf.debugging.assert_positive(peaks, "A sound must not be silent.")
        finite = tf.debugging.assert_all_finite(sounds, "Samples must lie in [-1, 1].")
        with tf.control_dependencies([low, silent, finite]):
            return tf.identity(sounds)

    def read(self, sound):
        """The sound (samples,)."""
        return self.checked(sound[None])[0]

    def _decoded(self, wav_bytes):
        samples, rate = tf.audio.decode_wav(wav_bytes)
        right = tf.debugging.assert_equal(
            rate, self._rate, f"A WAV file must have {self._rate} samples per second."
        )
        some = tf.debugging.assert_positive(tf.shape(samples)[0], "A WAV file must have samples.")
        with tf.control_dependencies([right, some]):
            sound = tf.reduce_mean(samples, axis=1)
        sound = tf.pad(sound, [[0, tf.maximum(0, self._length - tf.size(sound))]])
        energy = tf.cumsum(tf.square(tf.cast(sound, tf.float64)))
        energy = tf.concat([[tf.constant(0.0, tf.float64)], energy], axis=0)
        start = tf.argmax(energy[self._length :] - energy[: -self._length], output_type=tf.int32)
        return self.read(tf.ensure_shape(sound[start : start + self._length], (self._length,)))


def served_condition(condition: Condition | None) -> ServedCondition | None:
    """The condition of a model in graphs; None of an unconditional one."""
    if condition is None:
        return None
    kinds = {Classes: ServedClasses, Texts: ServedTexts, Sounds: ServedSounds}
    return kinds[type(condition)](condition)
