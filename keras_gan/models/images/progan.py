"""Progressive growing of GANs (Karras et al. 2018)."""

import keras
import numpy as np
from keras import ops
from keras.optimizers.schedules import LearningRateSchedule

from keras_gan import backend, networks
from keras_gan.arguments import check_count
from keras_gan.backend.keras_private import learning_rate_variable
from keras_gan.game.feeding import as_batch
from keras_gan.modalities.images import to_network
from keras_gan.models.images.gan import GAN
from keras_gan.networks.doubling import sides
from keras_gan.objectives import Wasserstein
from keras_gan.tasks.custom_networks import check_layers


@keras.saving.register_keras_serializable("keras_gan")
class ProGAN(GAN):
    """A GAN that grows with its task: 4x4 images first, then blocks that double them (Karras et al. 2018).

    Training begins with images of 4x4 pixels, until `stable_images` real ones have been seen. Then a block
    joins both networks: it is faded in over `fade_images`, alpha rising linearly from 0 to 1, and trained on
    for `stable_images`; and so on, up to the full size. `fit` is given images of the full size throughout. It
    averages them down to the present one, and fades between sizes as the generator does. `images_seen`,
    the number of real images so far, is saved with the model: training may stop and go on anywhere, in a
    fade or not. `generate` always returns images of the full size, by repeating pixels at first.

    The loss is that of WGAN-GP, with a drift term of 0.001 and one update of the discriminator a step; Adam
    has a rate of 0.001 and betas 0 and 0.99; the generator's average has a decay of 0.999 (appendix A.1). As
    in the authors' code, the optimizers start anew where a fade begins and where it ends. A learning rate
    schedule does not: it counts all updates so far.

    Deviations from the paper: the discriminator is updated first, on the examples that the generator is
    then updated on, as in `GAN`; latents are N(0, 1), and normalized in the network; groups of the
    minibatch's standard deviation are neighbors; the batch size is that of `fit`, whatever the resolution.

    Args:
        fade_images: real images seen while a block is faded in; 800,000 in the paper.
        stable_images: real images seen between fades; 800,000 in the paper.
        **kwargs: as in `GAN`. Networks have the layers of `networks.progan`'s; the default ones take images
            of 8, 16, 32, ... pixels a side.

    Raises:
        ValueError: as `GAN` does, on numbers of images that are no whole numbers from 1, and on a model that
            is to be conditional.

    Example:

    ```python
    gan = keras_gan.ProGAN(image_shape=(64, 64, 3), fade_images=200_000, stable_images=200_000, seed=0)
    gan.compile()
    gan.fit(keras_gan.data.load("anime_faces", batch_size=32), epochs=100)  # logs images_seen
    gan.side, gan.alpha  # how far it has grown
    ```
    """

    supports_labels = False
    image_shape = (64, 64, 3)
    fade_images: int = 800_000
    stable_images: int = 800_000
    objective = Wasserstein(drift=0.001)
    penalties = ("gradient_penalty",)  # lambda = 10
    ema = 0.999

    def __init__(self, generator=None, discriminator=None, **settings):
        super().__init__(generator, discriminator, **settings)
        for name in ("fade_images", "stable_images"):
            check_count(name, getattr(self, name))
        self.images_seen = keras.Variable(
            0, dtype="int", trainable=False, name="images_seen", aggregation="only_first_replica"
        )
        self._grow()

    def default_generator(self, image_shape):
        """`networks.progan.generator`."""
        return networks.progan.generator(image_shape)

    def default_discriminator(self, image_shape):
        """`networks.progan.discriminator`."""
        return networks.progan.discriminator(image_shape)

    def default_optimizer(self):
        """Adam at 0.001 with betas 0 and 0.99."""
        return keras.optimizers.Adam(0.001, 0.0, 0.99, 1e-8)

    # Growing.

    @property
    def sides(self) -> list[int]:
        """Sides of the images that the model grows through: 4, 8, ..."""
        return sides(self.generator.output_shape[1:])

    @property
    def alpha(self) -> float:
        """How much the newest block counts, in [0, 1]; it rises while the block is faded in."""
        return float(self._alpha())

    def side_after(self, images: int) -> int:
        """The side of the images that are trained on once `images` real ones have been seen."""
        return self.stage_after(images)[0]

    def stage_after(self, images: int) -> tuple[int, bool]:
        """That side, and whether its block is being faded in."""
        period = self.fade_images + self.stable_images
        level = min((images + self.fade_images) // period, len(self.sides) - 1)
        fading = level > 0 and images + self.fade_images - level * period < self.fade_images
        return self.sides[level], fading

    def _alpha(self):
        level = self.sides.index(self.side)
        begun = level * (self.fade_images + self.stable_images) - self.fade_images
        alpha = ops.cast(self.images_seen - begun, "float32") / self.fade_images
        return ops.clip(alpha, 0.0, 1.0) if level else ops.ones(())

    def _grow(self):
        """Sets the present size, and the fades of all blocks."""
        self.stage = self.stage_after(int(ops.convert_to_numpy(self.images_seen)))
        self.side = self.stage[0]
        for side in self.sides[1:]:
            self._fade(side, float(side < self.side) if side != self.side else self._alpha())

    def _fade(self, side, alpha):
        for network in (self.generator, self.discriminator, self.sampling_generator):
            network.get_layer(f"fade_{side}").alpha.assign(alpha)

    def step(self, data):
        """Run one training step with images of the present size; logs `images_seen`, too."""
        if self.side > 4:
            self._fade(self.side, self._alpha())
        logs = super().step(data)
        num = backend.replicas()[0] * ops.shape(as_batch(self.columns, data)["images"])[0]
        self.images_seen.assign_add(ops.cast(num, self.images_seen.dtype))
        return {**logs, "images_seen": ops.convert_to_tensor(self.images_seen)}

    def own_callbacks(self):
        """Those of a `Game`, and one that lets the model grow."""
        return [*super().own_callbacks(), _Growth()]

    def compile(self, *args, **kwargs):
        """As `Game.compile`. Learning rate schedules count all updates, whatever the optimizers' restarts."""
        super().compile(*args, **kwargs)
        self.earlier_updates = dict.fromkeys(self.optimizers, 0)

    def restart_optimizers(self):
        """Gives the optimizers their state of the beginning; their learning rate schedules go on."""
        for name, optimizer in self.optimizers.items():
            optimizer = getattr(optimizer, "inner_optimizer", optimizer)
            self.earlier_updates[name] += int(ops.convert_to_numpy(optimizer.iterations))
            for variable in optimizer.variables:
                if variable is not learning_rate_variable(optimizer):
                    variable.assign(ops.zeros_like(variable.value))
        self._continue_schedules()

    def _continue_schedules(self):
        for name, optimizer in self.optimizers.items():
            optimizer = getattr(optimizer, "inner_optimizer", optimizer)
            schedule = learning_rate_variable(optimizer)
            if isinstance(schedule, _Continued):
                schedule = schedule.schedule
            if isinstance(schedule, LearningRateSchedule):
                optimizer.learning_rate = _Continued(schedule, self.earlier_updates[name])

    # The algorithm.

    def prepare(self, images, labels=None):
        """Images of the present size, faded as those of the generator."""
        images, factor = to_network(images), self.sides[-1] // self.side
        if factor > 1:
            images = ops.average_pool(images, factor, factor)
        if self.side > 4:
            old = ops.average_pool(images, 2, 2)
            old = ops.repeat(ops.repeat(old, 2, axis=1), 2, axis=2)
            alpha = ops.cast(self._alpha(), images.dtype)
            images = (1.0 - alpha) * old + alpha * images
        return {"images": images}

    def fakes(self, images, labels=None):
        """Generated images of the present size, as many as there are `images`."""
        latents = self.training_latents(ops.shape(images)[0])
        grown = networks.progan.grown_generator(self.generator, self.side)
        return grown(latents, training=True)

    def discriminate(self, examples, labels=None, layer=None):
        """[D(x)], logits of images of the present size; a layer cannot be chosen."""
        if self.augmentation is not None:
            examples = self.augmentation(examples, uniform=self.uniform)
        return [networks.progan.grown_logits(self.discriminator, examples)]

    # Checks.

    def check_data(self, images, labels=None):
        """Raises a ValueError if images do not suit the networks at their full size."""
        shape, side = images.shape[1:], self.sides[-1]
        if len(shape) == 3 and min(shape[:2]) < side:
            raise ValueError(
                f"The model grows to {side} pixels a side, past the data's resolution: images are {shape}. "
                f"Give it images of {side}x{side} pixels, or networks of a smaller image_shape."
            )
        super().check_data(images, labels)

    def check_settings(self):
        super().check_settings()
        if self.objective.layer is not None:
            raise ValueError("ProGAN takes no objective on a layer, which may not have grown yet.")

    def check_networks(self):
        super().check_networks()
        fades = [f"fade_{side}" for side in sides(self.generator.output_shape[1:])[1:]]
        for name in ("generator", "discriminator"):
            check_layers(name, getattr(self, name), fades, "progan")

    def save_own_variables(self, store):
        """Saves the model's own variables, and the updates before the last restart of the optimizers."""
        super().save_own_variables(store)
        if self.compiled:
            store["earlier_updates"] = np.array(list(self.earlier_updates.values()))

    def load_own_variables(self, store):
        """Restores the saved variables, and the size that the model had grown to."""
        super().load_own_variables(store)
        self._grow()
        if self.compiled and "earlier_updates" in store.keys():  # noqa: SIM118 -- a store has no `in`
            updates = map(int, np.asarray(store["earlier_updates"]))
            self.earlier_updates = dict(zip(self.optimizers, updates, strict=True))
            self._continue_schedules()


class _Continued(LearningRateSchedule):
    """A schedule of an optimizer whose count of updates started anew after `earlier` ones."""

    def __init__(self, schedule, earlier):
        self.schedule, self.earlier = schedule, earlier

    def __call__(self, step):
        return self.schedule(step + self.earlier)

    def get_config(self):
        return {"schedule": self.schedule, "earlier": self.earlier}


class _Growth(keras.callbacks.Callback):
    """Restarts the optimizers of a `ProGAN` where a fade begins or ends, and lets it grow."""

    def on_train_batch_end(self, batch, logs=None):
        # Between steps, because shapes change from here on.
        seen = int(ops.max(logs["images_seen"]))
        if self.model.stage_after(seen) == self.model.stage:
            return
        backend.synchronize(self.model)
        self.model._grow()
        self.model.restart_optimizers()
        self.model.make_train_function(force=True)
