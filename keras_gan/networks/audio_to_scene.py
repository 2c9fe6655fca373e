"""Networks for images told by sounds, after Wan, Chuang and Lee (2018) and the authors' code.

The authors' networks are for 64x64 pixels and vectors of 256 that a pretrained SoundNet gives. Here an
encoder of log-mel spectrograms makes the vectors, and both networks are narrower: for small images. Further
deviations: kernels of 4x4 in place of 5x5; latents beside the vector, which the authors' generator lacks; a
discriminator with spectral normalization only, where theirs has batch normalization too, under which a real
image's score depends on the others of its batch.
"""

import keras
from keras import layers

from keras_gan.layers import (
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    LeakyReLU,
    LogMel,
    SpectralNormalization,
)
from keras_gan.networks.dcgan import scales

MEAN, DEVIATION = -47.0, 18.5
"""Of the log-mel spectrograms of spoken digits as `AudioToScene` trains on them, in dB."""


def encoder(
    samples: int = 8000,
    rate: int = 8000,
    width: int = 32,
    vector_width: int = 128,
    bins: int = 40,
    name: str = "encoder",
) -> keras.Model:
    """Sound encoder: log-mel spectrograms, three 3x3 convolutions of stride 2, a mean, a projection.

    Args:
        samples: samples of a sound.
        rate: samples per second.
        width: channels of the first convolution; the others have two and three times as many.
        vector_width: width of the output.
        bins: mel bands, from 50 Hz to half of `rate`. Windows are of 32 ms, one every 16 ms.
        name: name of the model.

    Returns:
        A model from sounds (n, samples) in [-1, 1] to vectors (n, vector_width).
    """
    stride = round(0.016 * rate)
    sound = keras.Input((samples,), name="sounds")
    hidden = LogMel(rate, 2 * stride, stride, bins)(sound)
    hidden = layers.Rescaling(1.0 / DEVIATION, -MEAN / DEVIATION)(hidden)
    hidden = layers.Reshape((*hidden.shape[1:], 1))(hidden)
    for times in (1, 2, 3):
        hidden = layers.Conv2D(times * width, 3, 2, "same", use_bias=False)(hidden)
        hidden = layers.ReLU()(BatchNormalization(momentum=0.9)(hidden))
    hidden = layers.GlobalAveragePooling2D()(hidden)
    vectors = layers.Dense(vector_width, dtype="float32")(hidden)
    return keras.Model(sound, vectors, name=name)


def generator(
    image_shape: tuple[int, int, int] = (28, 28, 1),
    vector_width: int = 128,
    latent_dim: int = 64,
    width: int = 64,
) -> keras.Model:
    """Generator: latents and the vector of a sound, projected to 7x7 or 4x4, then doubling layers.

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        vector_width: width of the sound's vector.
        latent_dim: width of the latents.
        width: channels before the last layer; 200 in the authors' code.

    Returns:
        A model from [latents (n, latent_dim), sounds (n, vector_width)] to images (n, *image_shape) in
        [-1, 1].

    Raises:
        ValueError: on another image size.
    """
    base, doublings = scales(image_shape)
    latents = keras.Input((latent_dim,), name="latents")
    vector = keras.Input((vector_width,), name="sounds")
    top = width * 2 ** (doublings - 1)
    hidden = layers.Concatenate()([latents, vector])
    hidden = layers.Dense(base * base * top, use_bias=False, kernel_initializer=_normal())(hidden)
    hidden = layers.ReLU()(_normalize()(layers.Reshape((base, base, top))(hidden)))
    for level in reversed(range(doublings - 1)):
        hidden = layers.ReLU()(_normalize()(_upsample(width * 2**level, use_bias=False)(hidden)))
    images = layers.Activation("tanh", dtype="float32")(_upsample(image_shape[-1])(hidden))
    return keras.Model([latents, vector], images, name="generator")


def discriminator(
    image_shape: tuple[int, int, int] = (28, 28, 1),
    vector_width: int = 128,
    width: int = 32,
    features: int = 128,
    classes: int | None = None,
) -> keras.Model:
    """Discriminator: convolutions of stride 2 to features v(x), and a projection on the sound's vector c.

    The logit is w.v(x) + b + (A c).v(x) (Miyato and Koyama 2018). All layers have spectral normalization.

    Args:
        image_shape: (height, width, channels), square, of 28, 32, 64 or 128 pixels.
        vector_width: width of the sound's vector.
        width: channels of the first layer, doubled at each halving; 200 in the authors' code.
        features: width of v(x); 128 in the authors' code.
        classes: number of classes of the auxiliary classifier; None without.

    Returns:
        A model from [images (n, *image_shape) in [-1, 1], sounds (n, vector_width)] to logits (n, 1), or to
        [logits (n, 1), class logits (n, classes)].

    Raises:
        ValueError: on another image size.
    """
    _, halvings = scales(image_shape)
    image = keras.Input(image_shape, name="images")
    vector = keras.Input((vector_width,), name="sounds")
    hidden = _activated(Conv2D(width, 3, 1, "same"), image)
    for level in range(halvings):
        hidden = _activated(Conv2D(width * 2 ** (level + 1), 4, 2, "same"), hidden)
    hidden = layers.Flatten()(hidden)
    hidden = SpectralNormalization(layers.Dense(features))(hidden)
    hidden = layers.Activation("linear", dtype="float32", name="features")(hidden)
    told = layers.Dense(features, use_bias=False, dtype="float32")
    projection = layers.Dot(1, dtype="float32")([SpectralNormalization(told)(vector), hidden])
    logits = SpectralNormalization(layers.Dense(1, dtype="float32"))(hidden)
    outputs = layers.Add(dtype="float32")([logits, projection])
    if classes is not None:
        of_class = SpectralNormalization(layers.Dense(classes, dtype="float32"), name="classes")
        outputs = [outputs, of_class(hidden)]
    return keras.Model([image, vector], outputs, name="discriminator")


def _activated(convolution, hidden):
    return LeakyReLU(0.2)(SpectralNormalization(convolution)(hidden))


def _normal(mean=0.0):
    return keras.initializers.RandomNormal(mean, 0.02)


def _normalize():
    return BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=_normal(1.0))


def _upsample(channels, **kwargs):
    return Conv2DTranspose(channels, 4, 2, "same", kernel_initializer=_normal(), **kwargs)
