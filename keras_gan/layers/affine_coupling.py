"""Affine coupling (Dinh et al. 2017)."""

import keras
import numpy as np
from keras import ops

from keras_gan.layers.bijection import Bijection, deserialized, serialized, total
from keras_gan.lookup import check_name

SCALES = ("sigmoid", "tanh")
MASKS = ("channels", "checkerboard")


@keras.saving.register_keras_serializable("keras_gan")
class AffineCoupling(Bijection):
    """Affine coupling: one part of x shifts and scales the other (Dinh et al. 2017, section 3.2).

    x_a stays, x_b becomes (x_b + t) exp(s), where t and s are outputs of a network of x_a. s is bounded, so
    that training cannot overflow: log sigmoid(h + 2) in Glow; a tanh(h) in RealNVP, with a trained a.

    Args:
        network: a layer or model from x_a to the 2 k channels of t and h, for the k channels of x_b. With the
            mask "checkerboard" it is given all of x, zero in place of x_b, and the mask as another channel.
        scale: "sigmoid" or "tanh".
        mask: "channels": x_a is the first half of the channels, without the middle one of an odd number; or
            "checkerboard": x_a are the places (i, j) of even i + j.
        flip: whether x_a and x_b change roles; with "channels" and an odd number, x_a then has one more.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, ..., channels), output shapes (n, ..., channels) and (n,).

    Raises:
        ValueError: on an unknown scale or mask, fewer than 2 channels, or a network of other outputs.
    """

    def __init__(
        self,
        network: keras.Layer,
        scale: str = "sigmoid",
        mask: str = "channels",
        flip: bool = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        check_name("scale", scale, SCALES)
        check_name("mask", mask, MASKS)
        self.network, self.scale, self.mask, self.flip = network, scale, mask, flip

    def build(self, input_shape):
        *outer, channels = input_shape
        if self.mask == "channels":
            if channels < 2:
                raise ValueError(f"AffineCoupling requires at least 2 channels, got {channels}.")
            self.half = channels // 2
            kept, moved = self.half, channels - self.half
            if self.flip:
                kept, moved = moved, kept
        else:
            rows, columns = np.indices(input_shape[1:3])
            self.kept = ((rows + columns + 1 + self.flip) % 2)[None, ..., None].astype("float32")
            kept, moved = channels + 1, channels
        self.network.build((*outer, kept))
        found = self.network.compute_output_shape((*outer, kept))
        if found[-1] != 2 * moved:
            raise ValueError(
                f"The network of a coupling must have {2 * moved} output channels, got {found[-1]}."
            )
        if self.scale == "tanh":
            # As in the authors' code: 1 where channels are split, 0 where places are.
            start = "ones" if self.mask == "channels" else "zeros"
            self.amplitude = self.add_weight(shape=(), initializer=start, name="amplitude")

    def call(self, inputs, training=False):
        kept, moved, mask = self._parts(inputs)
        shift, log_scale = self._parameters(kept, mask, training)
        return self._joined(kept, (moved + shift) * ops.exp(log_scale)), total(log_scale)

    def inverse(self, outputs):
        kept, moved, mask = self._parts(outputs)
        shift, log_scale = self._parameters(kept, mask, False)
        moved = moved * ops.exp(-log_scale) - shift
        return self._joined(kept, moved if mask is None else (1.0 - mask) * moved)

    def _parts(self, x):
        """The part that stays, the part that moves, and the mask of places that stay, if it is one."""
        if self.mask == "checkerboard":
            mask = ops.cast(self.kept, x.dtype)
            return mask * x, (1.0 - mask) * x, mask
        parts = x[..., : self.half], x[..., self.half :]
        return (*(parts[::-1] if self.flip else parts), None)

    def _parameters(self, kept, mask, training):
        if mask is not None:
            places = ops.broadcast_to(mask, (*ops.shape(kept)[:-1], 1))
            kept = ops.concatenate([kept, places], axis=-1)
        shift, raw = ops.split(self.network(kept, training=training), 2, axis=-1)
        sigmoid = self.scale == "sigmoid"
        log_scale = ops.log_sigmoid(raw + 2.0) if sigmoid else self.amplitude * ops.tanh(raw)
        if mask is None:
            return shift, log_scale
        return (1.0 - mask) * shift, (1.0 - mask) * log_scale

    def _joined(self, kept, moved):
        if self.mask == "checkerboard":
            return kept + moved
        return ops.concatenate([moved, kept] if self.flip else [kept, moved], axis=-1)

    def get_config(self):
        return {
            **super().get_config(),
            "network": serialized(self.network),
            "scale": self.scale,
            "mask": self.mask,
            "flip": self.flip,
        }

    @classmethod
    def from_config(cls, config):
        return cls(**deserialized(config, "network"))
