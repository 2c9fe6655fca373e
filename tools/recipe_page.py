"""The page docs/recipe.md, from the declarations of a recipe."""

import msgspec

from keras_gan.zoo.recipe import Recipe
from keras_gan.zoo.typed import json_text
from tools.pages import GENERATED, markdown_table

RECIPE = """\
# The recipe of a training

{generated}

A recipe is a JSON object with all settings of a training. `keras-gan recipe {name} > mine.json` writes that
of an entry of the zoo, to edit, and `keras-gan train mine.json` trains by it; in Python
`keras_gan.zoo.train.train(recipe, folder)` does the same. A field that is missing, unknown or wrong is an
error of one line that names it:

    keras-gan: error: mine.json: {error}

{fields}

## Example

The recipe of [{name}](../zoo/{name}/README.md):

```json
{example}
```
"""


def recipe_page(card):
    """The text of docs/recipe.md, from the declarations of `Recipe`; the card's recipe is the example."""
    fields = [
        [
            f"`{field.encode_name}`",
            in_words(field.type),
            "required" if field.required else default(field),
            field.type.extra_json_schema["description"],
        ]
        for field in msgspec.inspect.type_info(Recipe).fields
    ]
    recipe = msgspec.to_builtins(card.recipe)
    try:
        Recipe.parse({**recipe, "epochs": 0})
    except ValueError as refused:
        error = refused
    return RECIPE.format(
        generated=GENERATED.format("keras_gan/zoo/recipe.py"),
        name=card.name,
        error=error,
        fields=markdown_table(["Field", "Type", "Default", "Meaning"], fields),
        example=json_text(recipe).rstrip(),
    )


def default(field):
    """A field's default as JSON."""
    value = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    return "none" if value is None else f"`{msgspec.json.encode(value).decode()}`"


def in_words(kind):
    """A type of `msgspec.inspect` in words."""
    types = msgspec.inspect
    match kind:
        case types.Metadata(type=inner):
            return in_words(inner)
        case types.UnionType(types=parts):
            return " or ".join(in_words(part) for part in parts if part != types.NoneType())
        case types.IntType(ge=least, lt=end):
            least = "" if least is None else f", {least:,} or more"
            return f"integer{least}" + ("" if end is None else f", below {end:,}")
        case types.StructType(fields=fields):
            left, right = "[]" if kind.array_like else "{}"
            return f"`{left}{', '.join(field.encode_name for field in fields)}{right}`"
        case types.DictType(value_type=types.AnyType()):
            return "object"
        case types.DictType(value_type=value):
            return f"object of {plural(value)}"
        case types.VarTupleType(item_type=item):
            return f"list of {plural(item)}"
        case types.StrType():
            return "string"


def plural(kind):
    """The plural of `in_words`; brackets stay as they are."""
    words = in_words(kind)
    return words if words.startswith("`") else f"{words}s"
