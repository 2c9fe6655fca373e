"""Rendered cartoon heads: thousands of people in many poses, each picture with its exact landmarks."""

import colorsys

import numpy as np

from keras_gan.data import cartoon
from keras_gan.data.cartoon import Head, Identity, Pose
from keras_gan.data.catalogue.dataset import DatasetInfo
from keras_gan.data.pictures import Pictures, Split
from keras_gan.modalities import landmarks

SIDE, POSES = 64, 16
"""Pixels a side, and pictures of each person."""

_SPLITS = {"train": 2_000, "test": 200}
_SKINS = (
    (255, 224, 196),
    (240, 200, 165),
    (222, 172, 130),
    (190, 135, 95),
    (140, 92, 62),
    (95, 62, 45),
)
_HAIRS = (
    *((35, 28, 26), (80, 52, 34), (130, 84, 48), (196, 150, 82), (232, 205, 140), (160, 62, 36)),
    *((175, 175, 180), (225, 120, 165), (70, 110, 190), (90, 160, 110)),
)
_IRISES = (
    (70, 45, 30),
    (110, 75, 40),
    (60, 110, 180),
    (80, 140, 90),
    (120, 130, 140),
    (60, 170, 180),
)
_LIPS = ((196, 92, 92), (170, 70, 75), (220, 120, 125), (150, 75, 65), (205, 60, 85))
_FRAMES = ((30, 30, 35), (120, 30, 40), (60, 70, 130), (190, 160, 60))


def person(split: str, index: int) -> tuple[np.ndarray, np.ndarray]:
    """The pictures of one person and their landmarks: uint8 (16, 64, 64, 3) and float32 (16, 30, 2)."""
    rng = np.random.default_rng((list(_SPLITS).index(split), index))
    identity = draw_identity(rng)
    heads = [Head(identity, draw_pose(rng)) for _ in range(POSES)]
    return np.stack([cartoon.draw(head, SIDE) for head in heads]), np.stack(
        [head.landmarks() for head in heads]
    )


def draw_identity(rng: np.random.Generator) -> Identity:
    """A person, at random."""
    width, height = rng.uniform(0.21, 0.26), rng.uniform(0.27, 0.315)
    eye_size = rng.uniform(0.05, 0.07)
    return Identity(
        skin=_near(rng, _SKINS),
        hair=_near(rng, _HAIRS),
        iris=_near(rng, _IRISES),
        lips=_near(rng, _LIPS),
        clothes=_any(rng, (0.3, 0.9), (0.35, 0.9)),
        background=_any(rng, (0.1, 0.5), (0.6, 1.0)),
        glasses=_near(rng, _FRAMES) if rng.random() < 0.25 else None,
        style=int(rng.integers(8)),
        width=width,
        height=height,
        jaw=rng.uniform(0.5, 0.95),
        eye_size=eye_size,
        eye_shape=rng.uniform(0.5, 0.9),
        eye_gap=max(rng.uniform(0.4, 0.5) * width, 1.3 * eye_size),
        brow=rng.uniform(0.012, 0.03),
        brow_tilt=rng.uniform(-0.015, 0.015),
        nose_length=rng.uniform(0.28, 0.42) * height,
        nose_width=rng.uniform(0.02, 0.042),
        mouth_width=rng.uniform(0.065, 0.11),
        lip=rng.uniform(0.012, 0.026),
    )


def draw_pose(rng: np.random.Generator) -> Pose:
    """A pose, at random: in a third of them the mouth is shut, and one in eight has shut eyes."""
    return Pose(
        yaw=rng.uniform(-0.7, 0.7),
        pitch=rng.uniform(-0.3, 0.3),
        roll=rng.uniform(-0.3, 0.3),
        shift=tuple(rng.uniform(-0.05, 0.05, 2)),
        opening=0.0 if rng.random() < 1 / 3 else rng.uniform(0.05, 1.0),
        wide=rng.uniform(-1.0, 1.0),
        lids=1.0 if rng.random() < 1 / 8 else rng.uniform(0.0, 0.5),
        brows=rng.uniform(-1.0, 1.0),
    )


def _near(rng, colors):
    """One of some colors, and a little beside it."""
    color = np.array(colors[rng.integers(len(colors))]) + rng.integers(-14, 15, 3)
    return tuple(int(level) for level in np.clip(color, 0, 255))


def _any(rng, saturation, value):
    color = colorsys.hsv_to_rgb(rng.random(), rng.uniform(*saturation), rng.uniform(*value))
    return tuple(round(255 * level) for level in color)


def _read(files, split):
    count = _SPLITS[split]
    images = np.empty((count, POSES, SIDE, SIDE, 3), np.uint8)
    points = np.empty((count, POSES, landmarks.COUNT, 2), np.float32)
    for index in range(count):
        images[index], points[index] = person(split, index)
    return Split((Pictures(images),), points)


_HEADS = DatasetInfo(
    name="heads",
    title="Cartoon heads 64x64, 16 poses of each person",
    license="that of this library: rendered by it",
    source="keras_gan",
    image_shape=(SIDE, SIDE, 3),
    frames=POSES,
    landmarks=landmarks.COUNT,
    splits=_SPLITS,
    read=_read,
    note="Rendered, not photographs. No person is in both splits.",
)

DATASETS = (_HEADS,)
