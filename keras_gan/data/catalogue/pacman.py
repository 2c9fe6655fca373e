"""Rendered clips of a maze whose walker turns at random: what comes next is not certain."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from keras_gan.data.catalogue.dataset import DatasetInfo
from keras_gan.data.pictures import Pictures, Split

CELLS, CELL, MARGIN = 11, 4, 2  # cells of the maze a side; pixels of a cell, and around the maze
SIDE = CELLS * CELL + 2 * MARGIN
FRAMES, PAST = 8, 4
"""Frames of a clip, and those after which `futures` says what may come."""
BURN_IN = 16  # steps before a clip

_SPLITS = {"train": 12_000, "test": 1_000}
_WALL, _DOT, _GHOST, _PACMAN = 70, 150, 200, 255
_WAYS = ((-1, 0), (0, 1), (1, 0), (0, -1))  # up, right, down, left: the next one is to the right

_DISC = np.array([[0, 1, 1, 0], [1, 1, 1, 1], [1, 1, 1, 1], [0, 1, 1, 0]], bool)
_ROBE = np.array([[0, 1, 1, 0], [1, 1, 1, 1], [1, 1, 1, 1], [1, 0, 0, 1]], bool)


@dataclass
class _Walker:
    """Where somebody is, (row, column) of the maze, and the index of the way that they walk."""

    place: tuple[int, int]
    way: int


def clips(split: str) -> np.ndarray:
    """Clips of a split: uint8 (n, 8, 48, 48, 1), of a maze each.

    Rooms lie at every second cell, and a step is a cell. In a room, Pac-Man walks on by a way that is drawn
    among the open ones, but not back; the ghost takes the open way that is farthest to the right, so that one
    can know what it does. Pac-Man eats the dots where he comes.
    """
    found = np.empty((_SPLITS[split], FRAMES, SIDE, SIDE, 1), np.uint8)
    for clip, (frames, _) in zip(found, _drawn(split), strict=True):
        clip[..., 0] = frames
    return found


def futures(split: str) -> list[np.ndarray]:
    """For each clip of a split, the frames that may follow its first four: uint8 (k, 48, 48, 1)."""
    return [possible[..., None] for _, possible in _drawn(split)]


def _drawn(split) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The frames of each clip, and the frames that may follow its first `PAST`."""
    for index in range(_SPLITS[split]):
        rng = np.random.default_rng((list(_SPLITS).index(split), index))
        maze = _maze(rng)
        dots = maze.copy()
        pacman, ghost = (_start(maze, rng) for _ in range(2))
        frames = []
        for step in range(BURN_IN + FRAMES):
            _move(ghost, _right_hand(maze, ghost))
            ways = _open(maze, pacman)
            if step == BURN_IN + PAST:
                possible = [
                    _rendered(maze, dots, _neighbor(pacman.place, way), ghost.place) for way in ways
                ]
            _move(pacman, ways[rng.integers(len(ways))])
            dots[pacman.place] = False
            if step >= BURN_IN:
                frames.append(_rendered(maze, dots, pacman.place, ghost.place))
        yield np.array(frames), np.array(possible)


def _maze(rng):
    """A maze without dead ends, bool (CELLS, CELLS): whether a cell is open."""
    maze = np.zeros((CELLS, CELLS), bool)
    path = [(1, 1)]
    maze[1, 1] = True
    while path:  # a walk through all rooms, that goes back where there is no new one
        row, column = path[-1]
        rooms = [(row + 2 * down, column + 2 * right) for down, right in _WAYS]
        rooms = [room for room in rooms if _inside(room) and not maze[room]]
        if not rooms:
            path.pop()
            continue
        room = rooms[rng.integers(len(rooms))]
        maze[room] = maze[(row + room[0]) // 2, (column + room[1]) // 2] = True
        path.append(room)
    for row in range(1, CELLS, 2):
        for column in range(1, CELLS, 2):
            walls = [_neighbor((row, column), way) for way in range(4)]
            walls = [wall for wall in walls if _inside(wall) and not maze[wall]]
            if walls and sum(maze[_neighbor((row, column), way)] for way in range(4)) < 2:
                maze[walls[rng.integers(len(walls))]] = True
    return maze


def _inside(place):
    return all(0 < each < CELLS - 1 for each in place)


def _neighbor(place, way):
    return place[0] + _WAYS[way][0], place[1] + _WAYS[way][1]


def _start(maze, rng):
    walker = _Walker(tuple(2 * rng.integers(0, CELLS // 2, 2) + 1), int(rng.integers(4)))
    walker.way = _right_hand(maze, walker)
    return walker


def _open(maze, walker):
    """The ways by which a walker may go on: in a corridor on, in a room all that are open, but not back."""
    if walker.place[0] % 2 == 0 or walker.place[1] % 2 == 0:
        return [walker.way]
    ways = [way for way in range(4) if maze[_neighbor(walker.place, way)]]
    back = (walker.way + 2) % 4
    return [way for way in ways if way != back] or [back]


def _right_hand(maze, walker):
    ways = _open(maze, walker)
    return min(ways, key=lambda way: (walker.way + 1 - way) % 4)


def _move(walker, way):
    walker.way, walker.place = way, _neighbor(walker.place, way)


def _rendered(maze, dots, pacman, ghost):
    image = np.zeros((SIDE, SIDE), np.uint8)
    inner = image[MARGIN:-MARGIN, MARGIN:-MARGIN]
    inner[:] = np.kron(~maze, np.full((CELL, CELL), _WALL, np.uint8))
    cells = inner.reshape(CELLS, CELL, CELLS, CELL).swapaxes(1, 2)  # a view
    cells[dots, 1:3, 1:3] = _DOT
    for (row, column), sprite, level in ((ghost, _ROBE, _GHOST), (pacman, _DISC, _PACMAN)):
        cells[row, column][sprite] = level
    return image


def _read(files, split):
    return Split((Pictures(clips(split), 1),))


_PACMAN_INFO = DatasetInfo(
    name="pacman",
    title="Pac-Man in mazes, clips of 8 frames of 48x48",
    license="that of this library: rendered by it",
    source="keras_gan",
    image_shape=(SIDE, SIDE, 1),
    frames=FRAMES,
    splits=_SPLITS,
    read=_read,
    note="Rendered, a maze for each clip. At junctions the next frame is not certain.",
)

DATASETS = (_PACMAN_INFO,)
