"""Talking heads from a few images of a person (Zakharov et al. 2019)."""

import keras
import numpy as np
from keras import ops

from keras_gan import networks
from keras_gan.arguments import check_count
from keras_gan.backend.keras_private import copying_code
from keras_gan.layers import LandmarkSketch
from keras_gan.modalities.images import to_network
from keras_gan.modalities.landmarks import COUNT
from keras_gan.models.conditional.head import Head
from keras_gan.models.conditional.likeness import Likeness, absolute_difference
from keras_gan.tasks.animation import Animation
from keras_gan.tasks.custom_networks import check_kind, check_logits, shapes_of, warn_of_range

LARGEST_BATCH = 8  # portraits in an update of fine-tuning


@keras.saving.register_keras_serializable("keras_gan")
class TalkingHead(Likeness, Animation):
    """Talking heads from a few images of a person, driven by landmarks (Zakharov et al. 2019).

    In meta-learning, a step draws for each person one image x with landmarks y, and `shots` others, whose
    embeddings have the mean e = mean E(x_k, y_k). A generator draws x from y, with the statistics P e in its
    `AdaIN` layers; a discriminator D(x, y, i) = V(x, y) (w_0 + W_i) + b has a vector W_i for each person of
    the training. Their losses are those of `Likeness`, and

        match_weight |e - W_i|,

    so that e may later stand in for W_i (section 3.2). `animate` needs no training for a new person;
    `personalize` trains further, on their images alone, from P e and w_0 + e (section 3.3).

    `fit(images, landmarks)` numbers the people; each must keep their number. `fit(images, (landmarks, rows))`
    and datasets of all three say which W_i each has.

    Landmarks drive it, and no sound: `keras_gan.data.speak` makes landmarks of a sound by a rule.

    Deviations from the paper: the content is compared by pixels, where the paper has VGG-19 and VGGFace
    (`content` takes such a loss); absolute values are means; the matching loss moves W_i as well, by the
    discriminator's optimizer, as W_i is seldom updated; Adam has beta_1 = 0.5; landmarks are drawn by
    `layers.LandmarkSketch`; those of `networks.talking_head`.

    Args:
        embedder: a built model as that of `networks.talking_head`, E.
        generator: a built model as that of `networks.talking_head`.
        discriminator: a built model as that of `networks.talking_head`, without W.
        projection: a built model as that of `networks.talking_head`, P.
        image_shape: (height, width, channels) for the default networks.
        num_people: people of the training, for each of whom there is a W_i.
        shots: images that an embedding is a mean of, in the training; 8 in the paper.
        match_weight: weight of the matching loss.
        content: as in `Likeness`.
        content_weight: as in `Likeness`.
        feature_weight: as in `Likeness`.
        discriminator_steps: as in `Likeness`; 2 in the paper.
        objective: as in `keras_gan.game.adversaries.Adversaries`.
        penalties: as in `keras_gan.game.adversaries.Adversaries`.
        ema: decay, in (0, 1), of a moving average of the weights of E, P and the generator, which `animate`
            then uses; None, as in the paper, for no average.
        seed: seed of the training's random numbers.
        name: name of the model.

    Raises:
        ValueError: if the networks do not fit together, or an argument is unknown or out of range.

    Example:

    ```python
    images, landmarks = keras_gan.data.arrays("heads")  # (2000, 16, 64, 64, 3), (2000, 16, 30, 2)
    model = keras_gan.TalkingHead(num_people=2000, shots=4, seed=0)
    model.compile()
    model.fit(images, landmarks, batch_size=8, epochs=160)
    frames = model.animate(portraits, their_landmarks, drive)
    ```
    """

    default_batch_size = 8

    image_shape: tuple[int, int, int] = (64, 64, 3)
    num_people: int = 2_000
    shots: int = 8
    match_weight: float = 10.0

    def __init__(
        self,
        embedder: keras.Model | None = None,
        generator: keras.Model | None = None,
        discriminator: keras.Model | None = None,
        projection: keras.Model | None = None,
        **settings,
    ):
        super().__init__(**settings)
        shape = tuple(self.image_shape)
        check_count("shots", self.shots)
        check_count("discriminator_steps", self.discriminator_steps)
        weights = {
            name: getattr(self, name)
            for name in ("content_weight", "feature_weight", "match_weight")
        }
        if not min(weights.values()) >= 0.0:
            raise ValueError(f"Weights must not be negative, got {weights}.")
        self.embedder = embedder or networks.talking_head.embedder(shape)
        self.generator = generator or networks.talking_head.generator(shape)
        self.discriminator = discriminator or networks.talking_head.discriminator(shape)
        widths = self._check_networks()
        self.projection = projection or networks.talking_head.projection(*widths)
        check_kind("projection", self.projection)
        if (got := self.projection.input_shape[1:] + self.projection.output_shape[1:]) != widths:
            raise ValueError(f"The projection must map widths {widths}, got {got}.")
        self.image_shape = self.example_shape
        people, dtype = check_count("num_people", self.num_people), keras.config.floatx()
        self.people = keras.layers.Embedding(people, widths[0], "zeros", dtype=dtype)
        self.people.build()
        normal = keras.random.normal((people, widths[0]), seed=self.seed_generator)
        self.people.embeddings.assign(0.05 * normal)
        self.sketch = LandmarkSketch(self.image_shape[:2])
        self.sketch.build((None, COUNT, 2))
        self.start_averages()
        self.start_players(
            [self.discriminator, self.people],
            [self.embedder, self.projection, self.generator],
            after_update=self.update_averages,
            generate=self.heads,
            parts=("match",),
        )
        self.built = True

    # The game.

    def complete(self, columns):
        """The columns with the numbers of the people, by their order, where these are not given."""
        if "rows" in columns:
            return columns
        return {**columns, "rows": np.arange(len(columns["images"]), dtype=np.int32)}

    def check_data(self, images, landmarks=None, rows=None):
        """Raise a ValueError if images, landmarks or rows do not suit the model, or each other."""
        if landmarks is None:
            raise ValueError("landmarks must be given: fit(images, landmarks).")
        super().check_data(images, landmarks)
        rows = np.asarray(rows)
        if rows.shape != (len(images),) or rows.dtype.kind not in "iu":
            raise ValueError(
                f"rows must be integers ({len(images)},), one for each person, got {rows.dtype} {rows.shape}."
            )
        if rows.min() < 0 or rows.max() >= self.num_people:
            raise ValueError(
                f"rows must be 0 to {self.num_people - 1}, the people of the training, got {rows.min()} to "
                f"{rows.max()}; num_people is an argument of TalkingHead."
            )

    def prepare(self, images, landmarks, rows):
        """For each person an image to draw, and `shots` others that show who it is, drawn at random."""
        num, of_each = ops.shape(images)[0], images.shape[1]
        order = ops.argsort(self.uniform((num, of_each)), axis=1)[:, : self.shots + 1]
        chosen = ops.cast(order, "int32") + of_each * ops.arange(num, dtype="int32")[:, None]

        def taken(column):
            flat = ops.reshape(column, (-1, *column.shape[2:]))
            return ops.take(flat, ops.reshape(chosen, (-1,)), axis=0)

        def split(column):
            column = ops.reshape(column, (num, self.shots + 1, *column.shape[1:]))
            return column[:, 0], column[:, 1:]

        truth, seen = split(to_network(taken(images)))
        sketches, seen_sketches = split(self.sketch(taken(landmarks)))
        return {
            "truth": truth,
            "sketches": sketches,
            "seen": seen,
            "seen_sketches": seen_sketches,
            "rows": rows,
        }

    def heads(self, truth, sketches, seen, seen_sketches, rows):
        """Generated images, and the embeddings of the people."""
        pairs = [ops.reshape(each, (-1, *each.shape[2:])) for each in (seen, seen_sketches)]
        found = self.embedder(pairs, training=True)
        embeddings = ops.mean(ops.reshape(found, (-1, self.shots, found.shape[-1])), axis=1)
        styles = self.projection(embeddings, training=True)
        images = self.generator([sketches, styles], training=True)
        return {"images": images, "embeddings": embeddings}

    def discriminator_loss(self, generated, truth, sketches, seen, seen_sketches, rows):
        """The loss of `Likeness`, and the matching loss, which moves W_i."""
        people = self.people(rows)
        match = absolute_difference(generated["embeddings"], people)
        loss = self.difference(generated["images"], truth, sketches, people)
        return loss + self.match_weight * match

    def generator_loss(self, generated, truth, sketches, seen, seen_sketches, rows):
        """The loss of `Likeness`, and the matching loss, which moves e."""
        people = self.people(rows)
        loss, parts = self.likeness(generated["images"], truth, sketches, people)
        match = absolute_difference(generated["embeddings"], people)
        return loss + self.match_weight * match, {**parts, "match": match}

    # The trained model.

    def personalize(
        self,
        portraits: np.ndarray,
        landmarks: np.ndarray,
        steps: int = 40,
        seed: int = 0,
        optimizers: dict | keras.optimizers.Optimizer | None = None,
    ) -> Head:
        """A person's own head, trained further on their portraits; this model stays as it is.

        Args:
            portraits: as in `animate`.
            landmarks: as in `animate`.
            steps: training steps, each with batches of up to 8 portraits; 0 for none.
            seed: seed of the order of the portraits.
            optimizers: as in `compile`; those of the paper if None.

        Raises:
            ValueError: as `animate`, and if `steps` or `seed` are negative.
        """
        portraits, landmarks = self.check_portraits(portraits, landmarks)
        check_count("steps", steps, least=0)
        embedding = self.embed(portraits, landmarks)
        head = Head(
            _copy(self.trained("generator")),
            _copy(self.discriminator),
            seed=check_count("seed", seed, least=0),
            **{name: getattr(self, name) for name in _SHARED},
        )
        styles = self.trained("projection").predict_on_batch(embedding[None])
        head.styles.constant.assign(styles[0])
        kernel = head.discriminator.get_layer("known").kernel
        kernel.assign(ops.convert_to_numpy(kernel) + embedding[:, None])
        head.compile(optimizers)
        if steps:
            size = min(len(portraits), LARGEST_BATCH)
            rng = np.random.default_rng(seed)
            rounds = -(-steps * head.batches_per_step * size // len(portraits))
            order = np.concatenate([rng.permutation(len(portraits)) for _ in range(rounds)])
            order = order[: steps * head.batches_per_step * size]
            head.fit(portraits[order], landmarks[order], batch_size=size, shuffle=False, verbose=0)
        return head

    def _check_networks(self):
        """The widths of embeddings and styles; a ValueError where networks do not fit together."""
        for name in ("embedder", "generator", "discriminator"):
            check_kind(name, getattr(self, name))
        shape = self.generator.output_shape
        sketches = (*shape[:3], 3)
        embeddings = self.embedder.output_shape
        styles = (None, shapes_of(self.generator.input_shape)[-1][-1])
        wanted = {
            "embedder": [shape, sketches],
            "generator": [sketches, styles],
            "discriminator": [shape, sketches, embeddings],
        }
        for name, inputs in wanted.items():
            if (got := shapes_of(getattr(self, name).input_shape)) != inputs:
                raise ValueError(f"The {name} must take {inputs}, got {got}.")
        warn_of_range("generator", self.generator)
        check_logits("discriminator", self.discriminator)
        for penalty in self.penalties:
            penalty.check(self.discriminator)
        return embeddings[1], styles[1]


_SHARED = (
    *("content", "content_weight", "feature_weight", "discriminator_steps"),
    *("objective", "penalties"),
)
"""Settings that a head has from its model."""


def _copy(network):
    with copying_code():
        copied = keras.models.clone_model(network)
    copied.set_weights(network.get_weights())
    return copied
