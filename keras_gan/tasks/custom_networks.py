"""Custom networks: checks, for all tasks, of the networks that a model is given.

What does not fit together is said when the model is made, before any data or training.
"""

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import keras

from keras_gan.backend.keras_private import flatten_layers, last_operation

Shape = tuple[int | None, ...]


def check_kind(name: str, network: Any):
    """Raises a ValueError if a network is no built functional model or `keras.Sequential`.

    Models that subclass `keras.Model` have no input and output shapes of their own.

    Args:
        name: what the network is called in the error.
        network: the network.
    """
    if not isinstance(network, keras.Model) or not getattr(network, "inputs", None):
        raise ValueError(
            f"The {name} must be a functional keras.Model or a keras.Sequential, built by a keras.Input; got "
            f"{type(network).__name__}{', which is not built' if _is_sequential(network) else ''}."
        )


def check_generator(generator: keras.Model, num_classes: int | None):
    """Raises a ValueError if a generator takes something else than latents [and labels].

    Args:
        generator: the generator.
        num_classes: number of classes of a conditional model; None without.
    """
    check_kind("generator", generator)
    latents, *condition = shapes_of(generator.input_shape)
    wanted = [] if num_classes is None else ["labels"]
    if len(condition) != len(wanted):
        inputs = " and ".join(["latents", *wanted])
        raise ValueError(
            f"num_classes={num_classes} requires a generator of {1 + len(wanted)} input(s), {inputs}; got "
            f"{1 + len(condition)}."
        )
    if len(latents) != 2 or latents[1] is None:
        raise ValueError(f"The generator must take latents (n, latent_dim), got {latents}.")
    for shape in condition:
        if shape not in ((None,), (None, 1)):
            raise ValueError(f"The generator must take labels (n,), class ids, got {shape}.")


def check_discriminator(discriminator: keras.Model, example: Shape, inputs: int):
    """Raises a ValueError if a discriminator takes other examples, or has no logit for each.

    Args:
        discriminator: the discriminator.
        example: shape of the generator's examples, without the batch axis.
        inputs: number of its inputs: examples [and labels].
    """
    check_kind("discriminator", discriminator)
    examples, *condition = shapes_of(discriminator.input_shape)
    if examples[1:] != example:
        raise ValueError(
            f"The generator outputs examples {example}, but the discriminator takes {examples[1:]}."
        )
    if 1 + len(condition) != inputs:
        raise ValueError(
            f"The discriminator must have {inputs} input(s), got {1 + len(condition)}."
        )
    check_logits("discriminator", discriminator)


def check_logits(name: str, discriminator: keras.Model):
    """Raises a ValueError if a discriminator's first output is neither (n, 1) nor a map (n, ..., 1).

    Warns where it ends in a sigmoid or softmax: objectives take logits, of any size and sign.
    """
    logits = shapes_of(discriminator.output_shape)[0]
    if logits[1:] and logits[-1] != 1:
        raise ValueError(
            f"The {name} must return logits (n, 1), or a map of them (n, height, width, 1); got {logits}."
        )
    if end := squashing_end(discriminator):
        warnings.warn(
            f"The {name} ends in a {end}, but objectives take logits and have a sigmoid of their own: let it "
            "end in Dense(1) without an activation.",
            stacklevel=5,
        )


def warn_of_range(name: str, generator: keras.Model):
    """Warns where a generator of images, which lie in [-1, 1], ends in a sigmoid or softmax."""
    if end := squashing_end(generator):
        warnings.warn(
            f"The {name} ends in a {end} and cannot output a dark pixel: images lie in [-1, 1], so let it "
            "end in a tanh.",
            stacklevel=5,
        )


def warn_of_kinks(name: str, network: keras.Model):
    """Warns where all activations of a network, but for its last layer's, are piecewise linear."""
    activations = [getattr(each, "activation", each) for each in flatten_layers(network)[:-1]]
    names = {getattr(each, "__name__", type(each).__name__).lower() for each in activations}
    if names & _KINKED and not names & _SMOOTH:
        warnings.warn(
            f"All activations of the {name} are piecewise linear ({', '.join(sorted(names & _KINKED))}), and "
            "it learns by their second derivatives, which are zero: let them be smooth, such as ELU.",
            stacklevel=4,
        )


_KINKED = {"relu", "relu6", "leakyrelu", "leaky_relu", "prelu", "hard_tanh", "hard_sigmoid"}
_SMOOTH = {"elu", "selu", "gelu", "silu", "softplus", "tanh", "sigmoid", "sine", "mish", "sin"}


def check_layers(name: str, network: keras.Model, wanted: Iterable[str], family: str):
    """Raises a ValueError if a network lacks one of the layers, by name, that those of a family have."""
    names = [layer.name for layer in network.layers]
    if missing := sorted(set(wanted) - set(names)):
        raise ValueError(
            f"The {name} lacks the layers {missing} that those of networks.{family} have; it has {names}."
        )


def check_outputs(name: str, network: keras.Model, wanted: Sequence[Shape], family: str):
    """Raises a ValueError if a network has other outputs, by shape, than those of a family."""
    if (got := shapes_of(network.output_shape)) != list(wanted):
        raise ValueError(
            f"The {name} must have the outputs {list(wanted)}, as those of networks.{family}; got {got}."
        )


def check_translator(name: str, network: keras.Model, image_shape: Shape):
    """Raises a ValueError if a network does not map images (height, width, channels) to such."""
    output = tuple(check_takes(name, network, image_shape))[1:]
    if output != image_shape:
        raise ValueError(f"The {name} must generate images {image_shape}, got {output}.")
    warn_of_range(name, network)


def check_takes(name: str, network: keras.Model, image_shape: Shape) -> Shape:
    """The shape of a network's output for one image (height, width, channels).

    Raises:
        ValueError: if it does not take such images, of that size too.
    """
    check_kind(name, network)
    given = shapes_of(network.input_shape)[0][1:]
    fits = len(given) == 3 and all(
        side in (None, want) for side, want in zip(given, image_shape, strict=True)
    )
    if not fits:
        raise ValueError(f"The {name} must take images {image_shape}, got {given}.")
    try:
        return network.compute_output_shape((1, *image_shape))
    except ValueError as error:
        raise ValueError(
            f"The {name} has no output for images {image_shape}: they are too small."
        ) from error


def shapes_of(shape: Any) -> list[Shape]:
    """The shapes of the inputs or outputs of a network, one or several."""
    return list(shape) if isinstance(shape, list) else [shape]


def squashing_end(network: keras.Model) -> str | None:
    """The name of the sigmoid or softmax that a network's first output ends in; None otherwise."""
    operation = last_operation(network)
    activation = getattr(operation, "activation", None) or type(operation)
    name = activation.__name__.lower()
    return name if name in ("sigmoid", "softmax") else None


def _is_sequential(network):
    return isinstance(network, keras.Sequential)


def with_features(network: keras.Model) -> keras.Model:
    """A model that returns the features of a network, and then its logits, of one pass.

    A sequential network that was read from a file has been called several times on the way, and its layers'
    `output` is that of the first time: from that, Keras would compute the logits in a second pass.
    """
    if not isinstance(network, keras.Sequential):
        return keras.Model(
            network.inputs, [network.get_layer("features").output, network.outputs[0]]
        )
    hidden = features = network.inputs[0]
    for layer in network.layers:
        hidden = layer(hidden)
        features = hidden if layer.name == "features" else features
    return keras.Model(network.inputs, [features, hidden])
