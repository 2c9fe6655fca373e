"""Drawing of cartoon heads, larger than they will be, so that edges are smooth."""

import numpy as np
from PIL import Image, ImageDraw

from keras_gan.data.cartoon.head import (
    AROUND,
    BALD,
    BANGS,
    BOB,
    BUN,
    CURLY,
    LONG,
    PARTED,
    SHORT,
    Head,
)

_SUPERSAMPLING = 4
_ACROSS = np.linspace(-1.0, 1.0, 9)  # places of a curve, from left to right
_ARCH = 1.0 - _ACROSS**2  # its height
_SKULL = AROUND[np.r_[37:48, 0:12]]  # from the left, over the top, to the right


def draw(head: Head, side: int = 64) -> np.ndarray:
    """A picture of a head, uint8 (side, side, 3)."""
    drawing = _Drawing(head, side * _SUPERSAMPLING)
    drawing.behind()
    drawing.face()
    drawing.eyes()
    drawing.mouth()
    drawing.front_hair()
    if head.identity.glasses:
        drawing.spectacles()
    return np.asarray(drawing.image.reduce(_SUPERSAMPLING))


class _Drawing:
    """A picture of a head, several times as large as it will be."""

    def __init__(self, head, side):
        self.head, self.of, self.side = head, head.identity, side
        self.turn_to(Image.new("RGB", (side, side), self.of.background))

    def turn_to(self, image, origin=(0, 0)):
        """Draw on another image, whose corner is at `origin` of the whole one."""
        self.image, self.pen, self.origin = image, ImageDraw.Draw(image), np.array(origin)
        return self

    def points(self, places):
        """Places (n, 2) as Pillow takes them."""
        return (places * self.side - self.origin).ravel().tolist()

    def fill(self, places, color):
        self.pen.polygon(self.points(places), fill=color)

    def line(self, places, color, width):
        width = max(2, round(width * self.side))
        self.pen.line(self.points(places), fill=color, width=width, joint="curve")

    def disc(self, place, radius, color):
        self.pen.ellipse(self.points(np.stack([place - radius, place + radius])), fill=color)

    def behind(self):
        """Hair at the back, neck, shoulders and ears."""
        of, head = self.of, self.head
        if of.style in (LONG, BOB):
            x, y = np.sin(AROUND), -np.cos(AROUND)
            length = np.where(y > 0, 1.75 if of.style == LONG else 1.05, 1.12) * of.height
            fall = head.project(1.3 * of.width * x, length * y, np.full(48, -0.4 * head.depth))
            self.fill(fall, _shade(of.hair, 0.82))
        elif of.style == BUN:
            bun = head.project(*np.array([[0.0], [-1.2 * of.height], [-0.4 * head.depth]]))
            self.disc(bun[0], 0.36 * of.width, of.hair)
        top, half = head.center[0], 0.5 * of.width
        neck = [
            (top - half, 0.55),
            (top + half, 0.55),
            (0.5 + 1.1 * half, 1.0),
            (0.5 - 1.1 * half, 1.0),
        ]
        s = self.side
        self.pen.ellipse((0.06 * s, 0.84 * s, 0.94 * s, 1.4 * s), fill=of.clothes)
        self.fill(np.array(neck), _shade(of.skin, 0.8))
        collar = np.array([(0.5 - 1.1 * half, 0.87), (0.5, 0.97), (0.5 + 1.1 * half, 0.87)])
        self.line(collar, _shade(of.clothes, 0.7), 0.022)
        if of.style not in (LONG, BOB):
            x = np.array([-1.02, 1.02]) * of.width
            ears = head.project(x, np.full(2, 0.1 * of.height), np.full(2, -0.1 * head.depth))
            for ear in ears:
                self.disc(ear, 0.2 * of.width, _shade(of.skin, 0.9))

    def face(self):
        """The skin, and the nose."""
        of, head = self.of, self.head
        self.fill(head.outline(AROUND), of.skin)
        dark = _shade(of.skin, 0.78)
        bridge, tip, base = head.nose()
        self.line(np.stack([bridge, tip, base]), dark, 0.012)
        x = of.nose_width * _ACROSS
        y = head.eye_y + of.nose_length * (1.0 - 0.22 * _ACROSS**2)
        self.line(head.on_face(x, y, 0.2 * of.nose_length), dark, 0.016)
        self.disc(tip, 0.4 * of.nose_width, _shade(of.skin, 1.08))

    def eyes(self):
        """Eyes, as far as the lids leave them open, lashes and brows."""
        of, head = self.of, self.head
        lids = [head.lids(side, _ACROSS, _ARCH) for side in (-1, 1)]
        openings = [np.concatenate([high, low[::-1]]) for high, low in lids]
        places = np.concatenate(openings) * self.side
        left, top = (int(edge) - 1 for edge in places.min(axis=0))
        right, bottom = (int(edge) + 2 for edge in places.max(axis=0))
        whole, balls = self.image, self.image.crop((left, top, right, bottom))
        open_parts = Image.new("L", balls.size)
        for opening in openings:
            self.turn_to(open_parts, (left, top)).fill(opening, 255)
        self.turn_to(balls, (left, top))
        x = of.eye_gap * np.array([-1.0, 1.0])
        middles = head.on_face(x, np.full(2, head.eye_y - 0.2 * of.eye_size))
        radius = 0.62 * of.eye_size
        for opening, middle in zip(openings, middles, strict=True):
            self.fill(opening, (250, 250, 250))
            self.disc(middle, radius, of.iris)
            self.disc(middle, 0.5 * radius, (20, 20, 25))
            self.disc(middle - 0.35 * radius, 0.22 * radius, (255, 255, 255))
        self.turn_to(whole)
        whole.paste(balls, (left, top), open_parts)
        for side, (high, _) in zip((-1, 1), lids, strict=True):
            self.line(high, _shade(of.skin, 0.35), 0.014)
            self.line(head.brow(side, _ACROSS, _ARCH), _shade(of.hair, 0.75), of.brow)

    def mouth(self):
        """Lips, and behind them teeth and tongue, as far as the mouth is open."""
        of, head = self.of, self.head
        high, low = head.lips(_ACROSS, _ARCH, outer=True)
        self.fill(np.concatenate([high, low[::-1]]), of.lips)
        high, low = head.lips(_ACROSS, _ARCH, outer=False)
        if head.pose.opening > 0.08:
            self.fill(np.concatenate([high, low[::-1]]), (70, 18, 28))
            part = low[2:-2]
            self.fill(np.concatenate([0.6 * part + 0.4 * high[2:-2], part[::-1]]), (205, 85, 95))
            self.fill(np.concatenate([high, (0.72 * high + 0.28 * low)[::-1]]), (245, 243, 238))
        else:
            self.line(high, _shade(of.lips, 0.6), 0.01)

    def front_hair(self):
        """Hair on the skull, down to the line that the style has on the forehead."""
        of, head = self.of, self.head
        if of.style == BALD:
            return
        u = _ACROSS
        line = {
            SHORT: -0.62 + 0.5 * u**6,
            BANGS: -0.36 + 0.06 * np.cos(4 * np.pi * u) + 0.3 * u**6,
            PARTED: np.where(u < -0.45, -0.3 + 0.9 * (u + 1.0) * -0.9, -0.8 + 0.34 * (u + 0.45)),
            LONG: -0.86 + 0.75 * np.abs(u) ** 1.5,
            BUN: -0.74 + 0.45 * u**4,
            CURLY: -0.6 + 0.05 * np.cos(6 * np.pi * u) + 0.45 * u**6,
            BOB: -0.42 + 0.5 * u**4,
        }[of.style]
        y = line * of.height
        room = np.sqrt(np.maximum(1.0 - line**2, 0.0))
        front = head.on_face(0.99 * of.width * room * u, y)
        skull = head.outline(_SKULL, 1.1)
        self.fill(np.concatenate([skull, front[::-1]]), of.hair)
        if of.style == CURLY:
            for place in skull[::2]:
                self.disc(place, 0.24 * of.width, of.hair)
        else:
            shine = 0.55 * skull[6:-9] + 0.45 * front[4]
            self.line(shine, _shade(of.hair, 1.25), 0.014)

    def spectacles(self):
        """The frame of glasses: two rings, a bridge and the parts at the sides."""
        of, head = self.of, self.head
        x = of.eye_gap * np.array([-1.0, 1.0])
        eyes = head.on_face(x, np.full(2, head.eye_y), 0.02)
        radius = min(1.5 * of.eye_size, 0.9 * of.eye_gap)
        s, r = self.side, radius * self.side
        for cx, cy in eyes * s:
            box = (cx - r * head.yaw[0], cy - r, cx + r * head.yaw[0], cy + r)
            self.pen.ellipse(box, outline=of.glasses, width=round(0.016 * s))
        between = head.on_face(0.35 * x, np.full(2, head.eye_y), 0.025)
        self.line(between, of.glasses, 0.016)


def _shade(color, factor):
    return tuple(min(255, round(factor * level)) for level in color)
