"""Cartoon heads: who somebody is, how the head is held, and the places of both in an image.

A head is a set of points (x, y, z) about its center, in fractions of the image's side: x to the right of the
image, y down, z towards the viewer. A pose moves some of them, turns them all, and looks at them from the
front without perspective.
"""

import math
from dataclasses import dataclass

import numpy as np

Color = tuple[int, int, int]

SHORT, BANGS, PARTED, LONG, BUN, BALD, CURLY, BOB = range(8)
"""Styles of hair."""
AROUND = np.arange(48) * (2 * np.pi / 48)
"""Angles of an outline, from the top by the right of the image."""
_CHEEKS = AROUND[[36, 32, 28, 24, 20, 16, 12]]  # from the left, by the chin, to the right


@dataclass(frozen=True)
class Identity:
    """Who somebody is; lengths are fractions of the image's side.

    Attributes:
        skin: color of the skin, and so on.
        hair: of hair and brows.
        iris: of the eyes.
        lips: of the mouth.
        clothes: of what they wear.
        background: of the wall behind them.
        glasses: of a frame; None without glasses.
        style: of the hair, an integer.
        width: half the width of the face.
        height: half its height.
        jaw: width at the chin, relative to an oval's.
        eye_size: half the width of an eye.
        eye_shape: height of an eye, relative to its width.
        eye_gap: from the middle of the face to the middle of an eye.
        brow: thickness.
        brow_tilt: how far the inner ends are higher.
        nose_length: from the height of the eyes.
        nose_width: half the width.
        mouth_width: half the width.
        lip: thickness.
    """

    skin: Color
    hair: Color
    iris: Color
    lips: Color
    clothes: Color
    background: Color
    glasses: Color | None
    style: int
    width: float
    height: float
    jaw: float
    eye_size: float
    eye_shape: float
    eye_gap: float
    brow: float
    brow_tilt: float
    nose_length: float
    nose_width: float
    mouth_width: float
    lip: float


@dataclass(frozen=True)
class Pose:
    """How a head is held; angles in radians.

    Attributes:
        yaw: turn to the right of the image.
        pitch: nod, down.
        roll: tilt to the right of the image.
        shift: (x, y) of the head, as fractions of the image's side.
        opening: of the mouth, 0 to 1.
        wide: of the mouth, from -1, round, to 1, a smile.
        lids: 0 for open eyes, 1 for closed ones.
        brows: how far they are raised, -1 to 1.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    opening: float = 0.0
    wide: float = 0.0
    lids: float = 0.0
    brows: float = 0.0


class Head:
    """A head in a pose: its points in the image.

    Args:
        identity: who it is.
        pose: how it is held.

    Attributes:
        depth: of the face, half.
        yaw: cosine and sine of the pose's yaw.
        pitch: those of its pitch.
        center: place of the head's center.
        eye_y: height of the eyes.
    """

    def __init__(self, identity: Identity, pose: Pose):
        self.identity, self.pose = identity, pose
        self.depth = 0.95 * identity.width
        self.yaw = math.cos(pose.yaw), math.sin(pose.yaw)
        self.pitch = math.cos(pose.pitch), math.sin(pose.pitch)
        self._roll = math.cos(pose.roll), math.sin(pose.roll)
        self.center = 0.5 + pose.shift[0], 0.48 + pose.shift[1]
        opening = pose.opening
        self._mouth_y = 0.56 * identity.height
        self._mouth_side = identity.mouth_width * (1.0 + 0.25 * pose.wide - 0.15 * opening)
        self._gape = 0.3 * opening * identity.height
        self.eye_y = -0.06 * identity.height

    # From points of the head to places in the image.

    def project(self, x, y, z) -> np.ndarray:
        """Places (n, 2), in [0, 1], of points by their coordinates (n,)."""
        (cos, sin), (down, up) = self.yaw, self.pitch
        return self._placed(cos * x + sin * z, down * y + up * (cos * z - sin * x))

    def _placed(self, x, y):
        cos, sin = self._roll
        places = np.empty((len(x), 2))
        places[:, 0] = self.center[0] + cos * x - sin * y
        places[:, 1] = self.center[1] + sin * x + cos * y
        return places

    def on_face(self, x, y, lift: float = 0.0) -> np.ndarray:
        """Places of points on the front of the face, an ellipsoid, which `lift` raises."""
        of = self.identity
        inside = 1.0 - np.square(x / of.width) - np.square(y / of.height)
        return self.project(x, y, self.depth * np.sqrt(np.maximum(inside, 0.0)) + lift)

    def outline(self, angles: np.ndarray, scale: float = 1.0) -> np.ndarray:
        """Places of the edge that is seen, at angles from the top; that of a larger skull with `scale`."""
        of, depth = self.identity, self.depth
        x, y = np.sin(angles), -np.cos(angles)
        chin = np.maximum(y, 0.0)
        x = x * (1.0 + 0.25 * chin - (1.25 - of.jaw) * chin**2)
        forward = 0.4 * depth * chin**2
        drop = 0.55 * self._gape * chin**3
        half_width = math.hypot(of.width * self.yaw[0], depth * self.yaw[1])
        half_height = math.hypot(of.height * self.pitch[0], depth * self.pitch[1])
        return self._placed(
            scale * half_width * x + forward * self.yaw[1],
            scale * half_height * y + drop + forward * self.pitch[1],
        )

    # The parts of a face.

    def lids(self, side: int, across: np.ndarray, arch: np.ndarray) -> tuple[np.ndarray, ...]:
        """Places of the upper and the lower lid of an eye, from left to right."""
        of = self.identity
        height = of.eye_size * of.eye_shape
        x = side * of.eye_gap + of.eye_size * across
        low = self.eye_y + 0.7 * height * arch
        high = low - 1.9 * height * (1.0 - self.pose.lids) * arch
        return self.on_face(x, high), self.on_face(x, low)

    def brow(self, side: int, across: np.ndarray, arch: np.ndarray) -> np.ndarray:
        """Places of a brow, from left to right."""
        of = self.identity
        x = side * of.eye_gap + 1.15 * of.eye_size * across
        height = of.eye_size * (1.2 * of.eye_shape + 0.45 + 0.35 * self.pose.brows)
        tilt = of.brow_tilt * side * across
        return self.on_face(x, self.eye_y - height - 0.3 * of.eye_size * arch + tilt)

    def nose(self) -> np.ndarray:
        """Places of bridge, tip and base."""
        of = self.identity
        y = self.eye_y + of.nose_length * np.array([0.15, 0.85, 1.0])
        return self.on_face(np.zeros(3), y, of.nose_length * np.array([0.1, 0.45, 0.2]))

    def lips(self, across: np.ndarray, arch: np.ndarray, outer: bool) -> tuple[np.ndarray, ...]:
        """Places of the edges of the upper and the lower lip, from left to right."""
        x = self._mouth_side * across
        y = self._mouth_y - 0.35 * self.identity.mouth_width * max(self.pose.wide, 0.0) * (1 - arch)
        lip = self.identity.lip if outer else 0.0
        return self.on_face(x, y - lip * arch), self.on_face(x, y + (self._gape + lip) * arch)

    def landmarks(self) -> np.ndarray:
        """Landmarks, float32 (30, 2), in the order of `keras_gan.modalities.landmarks`."""
        ends, middle = np.array([-1.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0])
        parts = [self.outline(_CHEEKS)]
        parts += [self.brow(side, ends, middle) for side in (-1, 1)]
        parts.append(self.nose())
        for side in (-1, 1):
            high, low = self.lids(side, ends, middle)
            parts.append(np.stack([high[0], high[1], high[2], low[1]]))
        across = np.array([-1.0, -1 / 3, 1 / 3, 1.0])
        high, low = self.lips(across, 1.0 - across**2, outer=True)
        parts.append(np.concatenate([high, low[[2, 1]]]))
        return np.concatenate(parts).astype(np.float32)
