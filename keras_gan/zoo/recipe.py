"""The recipe of a training: model, networks, optimizers, data and length, as one typed object."""

from typing import Annotated, Any

import msgspec

from keras_gan.zoo.typed import parse


def _means(text, **bounds):
    return msgspec.Meta(description=text, **bounds)


POLICIES = "float32", "mixed_bfloat16", "mixed_float16"
SIDES = 4, 4096  # least and greatest image size


class Network(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A network: in JSON `["dcgan.discriminator", {"width": 32}]`.

    Attributes:
        function: FAMILY.FUNCTION of `keras_gan.networks`.
        arguments: the function's arguments.
    """

    function: str
    arguments: dict[str, Any] = {}


class Phase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phase of a training: in JSON `{"name": "likelihood", "epochs": 5}`.

    Attributes:
        name: a key of the model's `phases`, which lists the players that train in it.
        epochs: its length.
    """

    name: str
    epochs: Annotated[int, msgspec.Meta(ge=1, le=10**9)]


class Recipe(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """All settings of a training. Fields, types, defaults and meanings are the table of docs/recipe.md.

    Example:

    ```python
    recipe = Recipe.parse(json.loads(Path("mine.json").read_text()))
    keras_gan.zoo.train.train(recipe, "mine-training")
    ```
    """

    model: Annotated[str, _means("The class of the model, a name in `keras_gan.models`: `DCGAN`.")]
    arguments: Annotated[
        dict[str, Any],
        _means(
            "Arguments of the class. Objectives and penalties are names, or objects as "
            "`keras.saving.serialize_keras_object` writes them."
        ),
    ] = {}
    networks: Annotated[
        dict[str, Network],
        _means(
            "Networks other than the paper's: an argument of the class to a function of "
            "`keras_gan.networks` and its arguments, as in "
            '`{"discriminator": ["dcgan.discriminator", {"width": 32}]}`.'
        ),
    ] = {}
    start: Annotated[
        str | None,
        _means(
            "The weights to start from, of the same networks: the name of an entry of the zoo, a "
            "`.weights.h5` or `.keras` file, or the folder of a training. Averages start at its networks."
        ),
    ] = msgspec.field(name="from", default=None)
    dataset: Annotated[
        str,
        _means(
            "The data: a name in `keras_gan.data`, or the absolute path of a folder of pictures. A model "
            "that translates wants the sub-folders trainA and trainB in it; pictures of a pair have the "
            "same name."
        ),
    ]
    split: Annotated[
        str,
        _means(
            "The split of the data to train on: `train`, or `fit`, its nine tenths without `validation`."
        ),
    ]
    image_size: Annotated[
        int | tuple[int, ...] | None,
        _means(
            "Side, or [height, width], that pictures are scaled and cropped to, in pixels, "
            f"{SIDES[0]} to {SIDES[1]}; without it they keep their own size."
        ),
    ] = None
    batch_size: Annotated[int, _means("Examples in a batch, over all devices.", ge=1, le=2**16)]
    epochs: Annotated[int, _means("Epochs in all.", ge=1, le=10**9)]
    rounds: Annotated[
        int,
        _means("Times that an epoch goes through the data, for few pictures.", ge=1, le=2**20),
    ] = 1
    phases: Annotated[
        tuple[Phase, ...],
        _means(
            "The phases of the training in order, each the name of a list of players in the model's "
            "`phases` and a number of epochs; these add up to `epochs`."
        ),
    ] = ()
    optimizers: Annotated[
        dict[str, dict[str, Any]],
        _means(
            "Optimizers other than the paper's: a player to a Keras config, as in "
            '`{"generator": {"class_name": "Adam", "config": {"learning_rate": 0.0002}}}`.'
        ),
    ] = {}
    dtype: Annotated[
        str,
        _means(
            f"The Keras dtype policy of the networks: {', '.join(POLICIES)}. Weights are float32 in each."
        ),
    ] = "float32"
    seed: Annotated[
        int, _means("Seed of weights, of the order of the data and of all noise.", ge=0, lt=2**32)
    ]
    steps_per_execution: Annotated[
        int, _means("Training steps that run without a return to Python.", ge=1, le=10**5)
    ] = 1

    def __post_init__(self):
        if self.dtype not in POLICIES:
            raise ValueError(f"dtype must be {' or '.join(POLICIES)}, got {self.dtype!r}")
        if self.image_size is not None:
            sides = self.image_size
            sides = sides if isinstance(sides, tuple) else (sides, sides)
            least, greatest = SIDES
            if len(sides) != 2 or not all(least <= side <= greatest for side in sides):
                raise ValueError(
                    f"image_size must be a side or [height, width] of {least} to {greatest} pixels, got "
                    f"{self.image_size}"
                )
        for player, config in self.optimizers.items():
            if not isinstance(config.get("class_name"), str) or not isinstance(
                config.get("config", {}), dict
            ):
                raise ValueError(
                    f"optimizers.{player} must be an object with a class_name and a config, as "
                    f"keras.optimizers.serialize writes it, got {config}"
                )
        if self.phases and (total := sum(phase.epochs for phase in self.phases)) != self.epochs:
            raise ValueError(
                f"epochs must be the sum of the phases' epochs, {total}, got {self.epochs}"
            )

    @property
    def class_names(self) -> list[str]:
        """Names of the classes of a conditional model; empty where they are not known."""
        return self.arguments.get("class_names") or []

    @classmethod
    def parse(cls, content: Any) -> "Recipe":
        """The recipe of parsed JSON; a `Recipe` is returned as it is.

        Raises:
            ValueError: in one line: which field is missing, unknown or wrong, and what would be right.
        """
        return parse(cls, content, "the recipe")
