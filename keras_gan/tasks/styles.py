"""Generation by styles: latents z become w, and w controls each layer of the synthesis."""

import keras
import numpy as np
from keras import ops

from keras_gan.batching import in_batches
from keras_gan.latent.paths import linear
from keras_gan.tasks.generation import Generation


class StyleGeneration(Generation):
    """A game with a generator of styles (Karras et al. 2019).

    The generator has a layer "mapping", from latents z (n, latent_dim) to w (n, latent_dim), with a layer
    "mean" that keeps the mean w; and a layer "synthesis", from styles (n, layers, latent_dim) to images.
    """

    truncations = (0.0, 1.0)
    truncation_rule = "lie in [0, 1]"
    path_between = staticmethod(linear)  # W has no distribution of a known form.

    @property
    def mapping(self) -> keras.Model:
        """The layer of the generator from z to w."""
        return self.generator.get_layer("mapping")

    @property
    def synthesis(self) -> keras.Model:
        """The layer of the generator from styles to images."""
        return self.generator.get_layer("synthesis")

    def styles(self, latents: np.ndarray, truncation: float = 1.0) -> np.ndarray:
        """The styles of latents, the same w for all layers.

        Args:
            latents: (n, latent_dim).
            truncation: psi in [0, 1]: how far w is from the mean w, in parts of what it was. Less gives
                images that are closer to the typical one, better and less diverse (Karras et al. 2019,
                appendix B).

        Returns:
            float32 (n, layers, latent_dim); see `networks.stylegan2.generator` for the layers.

        Raises:
            ValueError: on latents of another width, or a truncation outside [0, 1].
        """
        latents = np.asarray(latents, np.float32)
        if latents.ndim != 2 or latents.shape[1] != self.latent_dim:
            raise ValueError(f"latents must be (n, {self.latent_dim}), got {latents.shape}.")
        if not 0.0 <= truncation <= 1.0:
            raise ValueError(f"truncation must lie in [0, 1], got {truncation}.")
        mapping = self.sampling_generator.get_layer("mapping")
        mean = ops.convert_to_numpy(mapping.get_layer("mean").mean)
        w = mean + truncation * (ops.convert_to_numpy(mapping(latents)) - mean)
        return np.repeat(w[:, None], self.synthesis.input_shape[1], axis=1).astype(np.float32)

    def synthesize(self, styles: np.ndarray, labels: None = None) -> np.ndarray:
        """Images of given styles, which may differ from layer to layer.

        Args:
            styles: (n, layers, latent_dim), as `styles` returns them.
            labels: None; the model is not conditional.

        Returns:
            uint8 (n, height, width, channels).

        Raises:
            ValueError: on styles of another shape, or on labels.
        """
        self._check_labels(labels, len(styles))
        styles, shape = np.asarray(styles, np.float32), self.synthesis.input_shape[1:]
        if styles.ndim != 3 or styles.shape[1:] != shape:
            raise ValueError(f"styles must be (n, {shape[0]}, {shape[1]}), got {styles.shape}.")
        synthesis = self.sampling_generator.get_layer("synthesis")
        batches = [
            self.to_people(synthesis.predict_on_batch(styles[rows]))
            for rows in in_batches(len(styles), 100)
        ]
        return np.concatenate(batches)

    def draw(
        self, num: int, seed: int | None = None, truncation: float | None = None
    ) -> np.ndarray:
        """The styles of `latents(num, seed)`; see `styles` for the truncation, 1 if None."""
        return self.styles(self.latents(num, seed), 1.0 if truncation is None else truncation)

    def allows_truncation(self, truncation):
        """Whether psi lies in [0, 1]."""
        return (truncation >= 0.0) & (truncation <= 1.0)

    def truncated(self, latents, labels, truncation):
        """Images of the styles of latents (n, latent_dim) at a truncation psi, in Keras operations."""
        mapping, synthesis = map(self.sampling_generator.get_layer, ("mapping", "synthesis"))
        mean = mapping.get_layer("mean").mean
        styles = mean + truncation * (mapping(latents) - mean)
        return synthesis(ops.repeat(styles[:, None], synthesis.input_shape[1], axis=1))
