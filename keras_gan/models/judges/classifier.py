"""A classifier, as a game of one player: its features and classes measure generated images."""

from collections.abc import Sequence

import keras
from keras import ops

from keras_gan import networks
from keras_gan.augmentations.diffaugment import cutout
from keras_gan.augmentations.jigsaw import ORDERS, reordered
from keras_gan.augmentations.mirroring import mirror
from keras_gan.game.game import Player
from keras_gan.modalities.images import to_network
from keras_gan.tasks.classification import Classification
from keras_gan.tasks.custom_networks import check_kind, check_layers, with_features
from keras_gan.tasks.labels import check_class_names


@keras.saving.register_keras_serializable("keras_gan")
class Classifier(Classification):
    """A classifier of images, trained by cross-entropy; gives class probabilities and features.

    Training images are shifted by up to `shift` pixels in each direction, mirrored if `mirror`, and lose a
    square of `cutout` pixels a side (DeVries and Taylor 2017).

    With `jigsaw`, the features also have to tell in which of their 24 orders the quarters of an image were
    put together again: a task without labels, which makes them see what is where in a whole image, and not
    colors and texture alone (after Noroozi and Favaro 2016, who cut nine tiles and compare them).

    Args:
        network: a built model from images in [-1, 1] to logits, with a layer named "features";
            `networks.classifier.classifier` if None.
        image_shape: (height, width, channels) for the default network.
        num_classes: number of classes for the default network.
        class_names: names of the classes; None where they are not known.
        shift: largest shift of a training image, in pixels.
        mirror: whether training images are mirrored left to right, half of them.
        cutout: side of the square, centered anywhere in the image, that becomes zero; 16 in the paper for
            CIFAR-10, 0 for none.
        jigsaw: whether the features learn the order of an image's quarters besides.
        label_smoothing: fraction of the target probability, in [0, 1), that is spread evenly over all
            classes (Szegedy et al. 2016, section 7); 0.1 in the paper.
        seed: seed of the training's random numbers.
        name: name of the model.

    Raises:
        ValueError: if `cutout` or `label_smoothing` is out of range, or images have odd sides with `jigsaw`.

    Example:

    ```python
    images, labels = keras_gan.data.arrays("fashion_mnist")
    classifier = keras_gan.Classifier(mirror=True)
    classifier.compile()
    classifier.fit(images, labels, batch_size=128, epochs=10)
    classifier.classify(images[:8]).argmax(axis=1)
    ```
    """

    image_shape: tuple[int, int, int] = (28, 28, 1)
    num_classes: int = 10
    class_names: Sequence[str] | None = None
    shift: int = 2
    mirror: bool = False
    cutout: int = 0
    jigsaw: bool = False
    label_smoothing: float = 0.0

    def __init__(self, network: keras.Model | None = None, **settings):
        super().__init__(**settings)
        if self.cutout < 0:
            raise ValueError(f"cutout counts pixels and must not be negative, got {self.cutout}.")
        if not 0.0 <= self.label_smoothing < 1.0:
            raise ValueError(f"label_smoothing must lie in [0, 1), got {self.label_smoothing}.")
        self.network = network or networks.classifier.classifier(
            tuple(self.image_shape), self.num_classes
        )
        check_kind("network", self.network)
        check_layers("network", self.network, ["features"], "classifier")
        self.image_shape = self.network.input_shape[1:]
        self.num_classes = self.network.output_shape[-1]
        if self.jigsaw and any(side % 2 for side in self.image_shape[:2]):
            raise ValueError(f"jigsaw requires images of even sides, got {self.image_shape}.")
        self.class_names = check_class_names(self.class_names, self.num_classes)
        self.feature_network = with_features(self.network)
        own = {"kernel_initializer": "zeros", "dtype": keras.config.floatx()}
        self.order = keras.layers.Dense(len(ORDERS), **own) if self.jigsaw else None
        parts = ()
        if self.jigsaw:
            self.order.build((None, self.network.get_layer("features").output.shape[-1]))
            parts = ("classes", "jigsaw")
        layers = [self.network, *([self.order] if self.jigsaw else [])]
        self.players = [
            Player("classifier", layers, self.loss_on, self.default_optimizer, parts=parts)
        ]
        self.built = True

    def default_optimizer(self):
        """Adam at 1e-3."""
        return keras.optimizers.Adam(1e-3)

    def loss_on(self, images, labels):
        """Mean cross-entropy on augmented images; with `jigsaw`, that of the orders of quarters added."""
        images = self._augment(to_network(images))
        logits = self.network(images, training=True)
        losses = keras.losses.categorical_crossentropy(
            ops.one_hot(labels, self.num_classes),
            logits,
            from_logits=True,
            label_smoothing=self.label_smoothing,
        )
        loss = ops.mean(losses)
        if not self.jigsaw:
            return loss
        orders = ops.floor(self.uniform((ops.shape(images)[0],)) * len(ORDERS))
        orders = ops.cast(orders, "int32")
        features, _ = self.feature_network(reordered(images, orders), training=True)
        losses = keras.losses.sparse_categorical_crossentropy(
            orders, self.order(features), from_logits=True
        )
        parts = {"classes": loss, "jigsaw": ops.mean(losses)}
        return loss + ops.cast(parts["jigsaw"], loss.dtype), parts

    def _augment(self, images):
        num, height, width, _ = ops.shape(images)
        if self.mirror:
            images = mirror(images, self.uniform((num,)) < 0.5)
        if self.shift:
            size = 2 * self.shift + 1
            offsets = ops.cast(ops.floor(self.uniform((num, 2)) * size), "int32")
            # Shifting an axis is choosing its rows: a product with one-hot rows, the border repeated.
            for axis, length in ((0, height), (1, width)):
                rows = ops.arange(length, dtype="int32") + offsets[:, axis, None] - self.shift
                chosen = ops.one_hot(ops.clip(rows, 0, length - 1), length, dtype=images.dtype)
                images = ops.einsum(
                    "nij,njkc->nikc" if axis == 0 else "nij,nkjc->nkic", chosen, images
                )
        if self.cutout:
            images = cutout(images, self.uniform, self.cutout)
        return images

    def call(self, inputs, training=False):
        """Features (n, width) and logits (n, num_classes) of images in [-1, 1]."""
        return self.feature_network(inputs, training=training)
