"""Style and content of images by a feature network: the loss of both ways of style transfer."""

import os
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan.data.local import file_at
from keras_gan.lookup import check_name
from keras_gan.modalities.images import check, enlarge, read, to_channels, to_levels
from keras_gan.style import losses
from keras_gan.style.features import CONTENT, EMBEDDED, STYLE, features_of

SMALLEST, LARGEST = 32, 1024  # pixels a side


class Perception:
    """Images as the layers of a feature network see them: their style, and their content.

    Args:
        features: "vgg19" or a classifier, as for `keras_gan.style.features_of`.
        weights: for "vgg19", a local copy of its weights.
        style_layers: names of the layers whose Gram matrices are compared; those of `features.STYLE`, or the
            first five, if None.
        content_layers: names of those whose features are compared; those of `features.CONTENT`, or the last
            one, if None.
        dtype: the dtype policy of the network, as for `keras_gan.style.features_of`.

    Attributes:
        network: the network, as far as the deepest of these layers.

    Raises:
        ValueError: if there is no such network or layer.
    """

    def __init__(
        self,
        features: str | os.PathLike = EMBEDDED,
        weights: str | os.PathLike | None = None,
        style_layers: Sequence[str] | None = None,
        content_layers: Sequence[str] | None = None,
        dtype: str = "float32",
    ):
        network = features_of(features, weights, dtype)
        known = STYLE if features in STYLE else {features: [*network.output][:5]}
        self.style_layers = tuple(style_layers or known[features])
        known = CONTENT if features in CONTENT else {features: [[*network.output][-1]]}
        self.content_layers = tuple(content_layers or known[features])
        for name in (*self.style_layers, *self.content_layers):
            check_name("layer of the features", name, network.output)
        wanted = {*self.style_layers, *self.content_layers}
        outputs = {name: output for name, output in network.output.items() if name in wanted}
        self.network = keras.Model(network.inputs, outputs)

    def __call__(self, images: Any) -> dict[str, Any]:
        """Features of images (n, height, width, 3) in [-1, 1], by the name of the layer, in float32."""
        found = self.network(ops.convert_to_tensor(images), training=False)
        return {name: ops.cast(each, "float32") for name, each in found.items()}

    def style(self, features: dict[str, Any]) -> dict[str, Any]:
        """Gram matrices (n, c, c) by the name of the layer."""
        return {name: losses.gram(features[name]) for name in self.style_layers}

    def losses(self, images: Any, style: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        """The losses "style" and "content", each a mean over layers, and "variation", of images.

        Args:
            images: tensor (n, height, width, 3) in [-1, 1].
            style: Gram matrices (1, c, c) of the painting, as from `style`.
            content: features of the photographs, as from a call.
        """
        found = self(images)
        styles = [losses.style_loss(gram, style[name]) for name, gram in self.style(found).items()]
        contents = [losses.content_loss(found[name], content[name]) for name in self.content_layers]
        return {
            "style": sum(styles) / len(styles),
            "content": sum(contents) / len(contents),
            "variation": losses.total_variation(images),
        }


@keras.saving.register_keras_serializable("keras_gan")
class PerceptualLoss:
    """Perceptual loss of images that are to show photographs as a painting would (Johnson et al. 2016).

    The weighted sum of three losses, each relative (`keras_gan.style.losses`): of the Gram matrices of the
    features (section 3.2, "style reconstruction"), of the features ("feature reconstruction"), and of the
    total variation. It is what `StyleTransfer` minimizes for one image and `FastStyleTransfer` learns from.

    The painting and the feature network are read when the loss is first taken; saved models name them, and do
    not hold them.

    Args:
        painting: path of the picture whose style is wanted; if there is no such file, it is looked for in the
            folder that the environment variable KERAS_GAN_DATA names.
        size: shorter side that the painting is brought to, 32 to 1024 pixels; strokes are larger in a smaller
            one. In the paper that of the photographs, 256.
        style_weight: weight of the style, a mean over its layers.
        content_weight: weight of the content, a mean over its layers.
        variation_weight: weight of the total variation.
        features: the feature network, as for `StyleTransfer`.
        weights: as for `StyleTransfer`.
        style_layers: as for `StyleTransfer`.
        content_layers: as for `StyleTransfer`.
        dtype: the dtype policy of the feature network, as for `keras_gan.style.features_of`.

    Raises:
        ValueError: on a negative weight or a size out of range; and when it is first taken, if there is no
            such painting, network or layer.

    Example:

    ```python
    objective = keras_gan.style.PerceptualLoss("painting.jpg", size=128)
    model = keras_gan.FastStyleTransfer(objective=objective, image_shape=(128, 128, 3))
    ```
    """

    parts = ("style", "content", "variation")

    def __init__(
        self,
        painting: str | os.PathLike,
        size: int = 256,
        style_weight: float = 1.0,
        content_weight: float = 0.05,
        variation_weight: float = 0.02,
        features: str | os.PathLike = EMBEDDED,
        weights: str | os.PathLike | None = None,
        style_layers: Sequence[str] | None = None,
        content_layers: Sequence[str] | None = None,
        dtype: str = "float32",
    ):
        self._config = {name: value for name, value in locals().items() if name != "self"}
        self._config |= {"painting": os.fspath(painting), "features": os.fspath(features)}
        self._config |= {
            "weights": None if weights is None else os.fspath(weights),
            "style_layers": style_layers and list(style_layers),
            "content_layers": content_layers and list(content_layers),
        }
        check_size(size)
        self.painting, self.size = self._config["painting"], size
        self.factors = style_weight, content_weight, variation_weight
        check_weights(self.factors)
        self._perception = self._style = None

    @property
    def perception(self) -> Perception:
        """Images as its feature network sees them."""
        if self._perception is None:
            names = "features", "weights", "style_layers", "content_layers", "dtype"
            self._perception = Perception(**{name: self._config[name] for name in names})
        return self._perception

    @property
    def style(self) -> dict[str, np.ndarray]:
        """Gram matrices (1, c, c) of the painting, by the name of the layer."""
        if self._style is None:
            if not (path := file_at(self.painting)).is_file():
                raise ValueError(
                    f"There is no painting {self.painting}, also not in a folder that KERAS_GAN_DATA names."
                )
            painting = picture("painting", path, self.size)
            grams = self.perception.style(self.perception(painting))
            self._style = {name: ops.convert_to_numpy(gram) for name, gram in grams.items()}
        return self._style

    def prepare(self):
        """Reads the painting and the network, before a graph is built.

        Raises:
            ValueError: if there is no such painting, network or layer.
        """
        _ = self.style

    def __call__(self, photos: Any, images: Any) -> tuple[Any, dict[str, Any]]:
        """The loss of images that are to show photographs, a scalar, and its `parts`.

        Args:
            photos: tensor (n, height, width, 3) in [-1, 1].
            images: tensor of the same shape.
        """
        parts = self.perception.losses(images, self.style, self.perception(photos))
        return sum(w * parts[name] for w, name in zip(self.factors, self.parts, strict=True)), parts

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, for saving."""
        return dict(self._config)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "PerceptualLoss":
        """The loss that `get_config` describes."""
        return cls(**config)


def check_size(size: int):
    """Raises a ValueError if a size of pictures is out of range."""
    if not SMALLEST <= size <= LARGEST:
        raise ValueError(f"size must be {SMALLEST} to {LARGEST} pixels, got {size}.")


def check_weights(weights: Sequence[float]):
    """Raises a ValueError if a weight of a loss is negative, or all are 0."""
    if min(weights) < 0.0 or max(weights) == 0.0:
        raise ValueError(f"Weights must not be negative, nor all 0; got {tuple(weights)}.")


def picture(name: str, picture: Any, size: int) -> np.ndarray:
    """A picture as float32 (1, height, width, 3) in [-1, 1], whose shorter side is `size`.

    Args:
        name: what an error calls it.
        picture: the path of a picture, a picture of Pillow's, or an array (height, width, 1, 3 or 4).
        size: in pixels.

    Raises:
        ValueError: on a picture that cannot be read or is under 32 pixels.
    """
    if not isinstance(picture, np.ndarray):
        picture = read(picture, 3)
    if picture.ndim != 3 or min(picture.shape[:2]) < SMALLEST:
        raise ValueError(
            f"{name} must be a picture (height, width, channels) of at least {SMALLEST} pixels a side, got "
            f"{picture.shape}."
        )
    images = to_levels(check(picture[None], name))
    images = enlarge(to_channels(images, 3), size / min(picture.shape[:2]))
    return images.astype(np.float32) / 127.5 - 1.0
