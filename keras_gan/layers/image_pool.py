"""History of generated images (Shrivastava et al. 2017, section 2.3; Zhu et al. 2017, section 4)."""

import keras
from keras import ops


class ImagePool(keras.layers.Layer):
    """History of generated images: a discriminator receives images of earlier steps among the new ones.

    Args:
        size: number of images that are kept; 50 in the papers.
        image_shape: (height, width, channels) of an image.

    Raises:
        ValueError: if `size` is less than 1.
    """

    def __init__(self, size: int, image_shape: tuple[int, int, int]):
        super().__init__(dtype="float32")
        if size < 1:
            raise ValueError(f"A history holds at least 1 image, got {size}.")
        self.size = size
        # All replicas compute the same values: those of the first one are kept.
        kept = {"initializer": "zeros", "trainable": False, "aggregation": "only_first_replica"}
        self.images = self.add_weight(shape=(size, *image_shape), name="images", **kept)
        self.count = self.add_weight(shape=(), dtype="int32", name="count", **kept)
        self.built = True

    def exchange(self, images, keys, coins):
        """Images for the discriminator: new ones, half of them exchanged for old ones.

        While the pool is not full, each image is added to it and returned. Afterwards, with probability 1/2,
        it replaces a random image of the pool, which is returned; otherwise it is returned itself. Images of
        one batch never replace the same image.

        Args:
            images: (n, *image_shape), n at most `size`.
            keys: (size,) ~ U(0, 1); the order of the keys is that in which images of the pool are replaced.
            coins: (n,) ~ U(0, 1); images with a coin below 1/2 are exchanged.

        Returns:
            Images (n, *image_shape).

        Raises:
            ValueError: if there are more images than the pool holds, where their number is known.
        """
        num = ops.shape(images)[0]
        if isinstance(num, int) and num > self.size:
            raise ValueError(f"A history of {self.size} images is too small for a batch of {num}.")
        places = ops.arange(self.size, dtype="int32")
        count = self.count.value
        # Free places first, in order, then all others in random order.
        free_first = ops.cast(places, keys.dtype) - self.size
        order = ops.argsort(ops.where(places < count, keys, free_first))
        mine = order[:num]
        is_free = mine >= count
        leaves = ops.logical_and(coins < 0.5, ops.logical_not(is_free))
        old = ops.take(self.images.value, mine, axis=0)
        images = ops.cast(images, old.dtype)

        def choose(condition, one, other):
            return ops.where(ops.reshape(condition, (-1, 1, 1, 1)), one, other)

        kept = choose(ops.logical_or(is_free, leaves), images, old)
        seen = choose(leaves, old, images)
        kept = ops.where(ops.isfinite(kept), kept, 0.0)  # or NaN would return in later steps
        self.images.assign(ops.scatter_update(self.images.value, mine[:, None], kept))
        self.count.assign(ops.minimum(count + ops.cast(num, "int32"), self.size))
        return seen

    def empty(self):
        """Removes all images."""
        for variable in (self.images, self.count):
            variable.assign(ops.zeros(variable.shape, variable.dtype))
