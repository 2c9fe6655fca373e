"""Directions in a latent space: of an attribute, and those that change the images most."""

from typing import Any

import numpy as np
from keras import ops
from scipy.optimize import minimize
from scipy.special import expit

from keras_gan.backend.keras_private import flatten_layers
from keras_gan.layers import ModulatedConv2D
from keras_gan.lookup import check_name


def attribute(latents: np.ndarray, labels: np.ndarray, method: str = "mean") -> np.ndarray:
    """The direction in which an attribute grows, from latents and whether their images have the attribute.

    Args:
        latents: (n, d), z or w.
        labels: (n,) of booleans, or 0 and 1: whether the image has the attribute, by a
            classifier say. Both must occur.
        method: "mean", from the mean of those without to the mean of those with it (Radford et al. 2015,
            section 6.3); or "logistic", the normal of the plane that separates them best: logistic regression
            with the penalty |v|^2 / 2n (as Shen et al. 2020, who use a support vector machine).

    Returns:
        A unit vector (d,).

    Raises:
        ValueError: on another method, or labels that do not fit the latents.

    Example:

    ```python
    latents = gan.latents(5000, seed=0)
    classifier = keras_gan.zoo.load("mnist_classifier")
    is_seven = classifier.classify(gan.generate(5000, seed=0)).argmax(axis=1) == 7
    direction = keras_gan.latent.attribute(latents, is_seven)
    sevenish = gan.decode(gan.latents(8, seed=1) + 2.0 * direction)
    ```
    """
    check_name("method", method, ["mean", "logistic"])
    latents, labels = np.asarray(latents, np.float64), np.asarray(labels)
    if latents.ndim != 2 or labels.shape != latents.shape[:1]:
        raise ValueError(
            f"labels must be one for each latent (n, d), got {labels.shape} for {latents.shape}."
        )
    if set(np.unique(labels).tolist()) != {0, 1}:
        raise ValueError("labels must be booleans of both kinds, or 0 and 1.")
    labels = labels.astype(bool)
    if method == "mean":
        direction = latents[labels].mean(axis=0) - latents[~labels].mean(axis=0)
    else:
        direction = _logistic(latents, labels)
    length = np.linalg.norm(direction)
    if length == 0.0:
        raise ValueError("Latents with and without the attribute do not differ.")
    return (direction / length).astype(np.float32)


def _logistic(latents, labels):
    """The weights of a logistic regression with an intercept, which is not penalized."""
    signs = np.where(labels, 1.0, -1.0)
    inputs = np.column_stack([latents, np.ones(len(latents))])
    penalized = np.append(np.ones(latents.shape[1]), 0.0)

    def loss(weights):
        margins = signs * (inputs @ weights)
        value = np.logaddexp(0.0, -margins).sum() + (penalized * weights**2).sum() / 2.0
        return value, -inputs.T @ (signs * expit(-margins)) + penalized * weights

    start = np.zeros(inputs.shape[1])
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"gtol": 1e-6}).x[:-1]


def arithmetic(plus: list[np.ndarray], minus: list[np.ndarray]) -> np.ndarray:
    """Vector arithmetic: the sum of the means of some groups of latents less those of others.

    Radford et al. 2015, section 6.3: smiling woman - neutral woman + neutral man, each the mean of the z of
    three samples, which alone are unstable.

    Args:
        plus: groups of latents, each (n, d).
        minus: groups of latents, each (n, d).

    Returns:
        A latent (d,).

    Raises:
        ValueError: without a group to add, or on groups of different widths.
    """
    groups = [np.atleast_2d(np.asarray(group, np.float32)) for group in [*plus, *minus]]
    if not plus or len({group.shape[1] for group in groups}) > 1:
        raise ValueError(
            "There must be a group of latents to add, and all must have one width; got "
            f"{[group.shape for group in groups]}."
        )
    means = [group.mean(axis=0) for group in groups]
    return np.sum(means[: len(plus)], axis=0) - np.sum(means[len(plus) :], axis=0)


def sefa(model: Any, num: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Directions that change the output of the generator's first layer the most (SeFa).

    Shen and Zhou 2021, equation 4: the eigenvectors of A'A of the largest eigenvalues, A being the weights
    that project a latent. That is the first layer; for a model of styles (StyleGAN2) all layers' affine maps
    from w together, and the directions are in W.

    Args:
        model: a generative model whose generator's first layer with a kernel takes all of the latents.
        num: how many directions, from 1 to the width of the latents.

    Returns:
        Unit vectors (num, d), the strongest first, of signs without meaning; and |A n| of each, (num,).

    Raises:
        ValueError: if `num` is out of range, or no layer takes the latents.
    """
    width = model.latent_dim
    if not 1 <= num <= width:
        raise ValueError(f"num must be 1 to {width}, got {num}.")
    network = model.sampling_generator
    layers = flatten_layers(network)
    kernels = [layer.affine.kernel for layer in layers if isinstance(layer, ModulatedConv2D)]
    if not kernels:
        kernels = [layer.kernel for layer in layers if hasattr(layer, "kernel")][:1]
        if not kernels or kernels[0].shape[-2] < width:
            raise ValueError(
                f"The generator {network.name} has no first layer that takes all {width} latents."
            )
    # (..., inputs, outputs), the latents being the first inputs, before those of a class.
    matrices = [ops.convert_to_numpy(kernel).astype(np.float64) for kernel in kernels]
    rows = [np.moveaxis(matrix, -2, -1)[..., :width].reshape(-1, width) for matrix in matrices]
    values, vectors = np.linalg.eigh(sum(a.T @ a for a in rows))
    order = np.argsort(values)[::-1][:num]
    strengths = np.sqrt(np.maximum(values[order], 0.0))
    return vectors.T[order].astype(np.float32), strengths.astype(np.float32)
