"""Sample grids: images of the same latents, epoch by epoch."""

import os
from pathlib import Path

import keras


class SampleGrid(keras.callbacks.Callback):
    """Writes a grid of generated images, always of the same latents, as `folder/EPOCH.png`.

    A conditional model goes through its classes.

    Args:
        folder: folder of the grids, "0001.png" after the first epoch.
        num: images in the grid.
        every: epochs from one grid to the next.
        seed: of the latents.
        scale: size of a pixel; such that a grid is about 1,000 pixels wide if None.

    Example:

    ```python
    gan.fit(images, epochs=20, callbacks=[keras_gan.SampleGrid("samples")])
    ```
    """

    def __init__(
        self,
        folder: str | os.PathLike,
        num: int = 64,
        *,
        every: int = 1,
        seed: int = 0,
        scale: int | None = None,
    ):
        super().__init__()
        self.folder = Path(folder)
        self.num = num
        self.every = at_least_1(every)
        self.seed = seed
        self.scale = scale

    def on_epoch_end(self, epoch, logs=None):
        """Writes the grid."""
        if (epoch + 1) % self.every == 0:
            path = self.folder / f"{epoch + 1:04d}.png"
            self.model.plot(path, self.num, self.seed, scale=self.scale)


def at_least_1(every: int) -> int:
    """`every`, if it is a number of epochs."""
    if every < 1:
        raise ValueError(f"every must be at least 1 epoch, got {every}.")
    return every
