"""`keras-gan animate`."""

import json
from pathlib import Path

import click

from keras_gan.cli import console, options

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@options.trained
@click.argument("portraits", nargs=-1, type=Path)
@click.option(
    "--landmarks", type=_FILE, help="Landmarks of the portraits, in their order: a .json file."
)
@click.option(
    "--person",
    type=click.IntRange(0, 199),
    help="Without portraits: the number of a person of the test split of `heads`.  [default: 0]",
)
@click.option("--drive", type=_FILE, help="Landmarks of each frame: a .json file.")
@click.option(
    "--wav", type=_FILE, help="A sound whose loudness opens the mouth, in place of --drive."
)
@click.option(
    "--steps",
    type=click.IntRange(0, 10_000),
    default=0,
    show_default=True,
    help="Steps of a training on the portraits before.",
)
@click.option("--seed", type=options.SEED, default=0, show_default=True, help="Of that training.")
@click.option(
    "--fps",
    default=25.0,
    type=click.FloatRange(1.0, 50.0),
    show_default=True,
    help="Frames in a second.",
)
@click.option("--out", type=Path, required=True, help="A .gif file.")
@options.scale
def animate(trained, portraits, landmarks, person, drive, wav, steps, seed, fps, out, scale):
    """Animate a person by landmarks, or by a sound, as an animated GIF.

    Landmarks are lists [[x, y], ...] of 30 points, fractions of the image's width and height, for each
    portrait or frame. Without portraits, a rendered person is animated. Of a sound only the loudness counts:
    it opens the mouth of the first portrait.
    """
    options.check_writable(options.check_suffix(out, ".gif"))
    if bool(drive) == bool(wav):
        raise ValueError("Give one of --drive and --wav.")
    if bool(portraits) != bool(landmarks):
        raise ValueError("Portraits and --landmarks belong together: give both, or neither.")
    if portraits and person is not None:
        raise ValueError("--person is for an animation without portraits.")
    model = options.load(trained, "Animation")
    with console.working("Animating"):
        import numpy as np

        from keras_gan.data import speak
        from keras_gan.data.catalogue import heads
        from keras_gan.modalities import images, video

        if portraits:
            *size, channels = model.example_shape
            shown = [
                images.read(file, channels, tuple(size)) for file in options.files_of(portraits)
            ]
            shown, points = np.stack(shown), _read(landmarks)
        else:
            shown, points = heads.person("test", person or 0)
            shown, points = shown[: model.shots], points[: model.shots]
        shown, points = model.check_portraits(shown, points)
        wanted = speak(wav, points[0], fps, seed) if wav else _read(drive)
        if steps:
            frames = model.personalize(shown, points, steps, seed).animate(wanted)
        else:
            frames = model.animate(shown, points, wanted)
        video.write(out, frames, 1.0 / fps, scale)
    click.echo(f"Written: {out} ({len(frames)} frames, of {len(shown)} portraits)")


def _read(path):
    """Landmarks of a .json file."""
    from keras_gan.modalities import landmarks

    try:
        return landmarks.check(json.loads(path.read_text(encoding="utf-8")), str(path))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is no JSON file: {error}") from error
