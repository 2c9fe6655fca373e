"""The differences between TensorFlow and JAX: the only training code that names a backend.

`keras_gan.backend.contract` says what each of them offers.
"""

import keras

from keras_gan.backend.contract import NAMES as __all__  # noqa: F401

if keras.backend.backend() == "tensorflow":
    from keras_gan.backend.tensorflow import *  # noqa: F403
elif keras.backend.backend() == "jax":
    from keras_gan.backend.jax import *  # noqa: F403
else:
    raise ImportError(
        f"keras_gan trains with the TensorFlow and JAX backends; KERAS_BACKEND is "
        f"{keras.backend.backend()!r}. Set KERAS_BACKEND=tensorflow or KERAS_BACKEND=jax."
    )
