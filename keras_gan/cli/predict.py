"""`keras-gan predict`."""

from pathlib import Path

import click

from keras_gan.cli import console, options


@click.command()
@options.trained
@click.argument("clip", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--steps", type=options.AT_LEAST_1, default=16, show_default=True, help="Frames to predict."
)
@click.option(
    "--seed",
    type=options.SEED,
    default=0,
    show_default=True,
    help="Seed of the noise: another one may see another future.",
)
@click.option(
    "--seconds",
    default=0.2,
    type=click.FloatRange(0.02),
    show_default=True,
    help="Time that each frame is shown.",
)
@click.option("--out", type=Path, required=True, help="A .gif file.")
@options.scale
def predict(trained, clip, steps, seed, seconds, out, scale):
    """Predict how a video goes on, as an animated GIF: the frames that are seen, then those predicted.

    The video is an animated GIF, PNG or WebP, or a folder of frames in the order of their names. Its frames
    are scaled and cropped to the size of the model's, and the last ones count.
    """
    options.check_writable(options.check_suffix(out, ".gif"))
    model = options.load(trained, "Prediction")
    with console.working("Predicting"):
        import numpy as np

        from keras_gan.modalities import video

        *size, channels = model.example_shape
        frames = video.read(clip, channels, tuple(size))
        found = model.continue_video(frames, steps, seed)
        seen = frames[-model.past :]
        video.write(out, np.concatenate([seen, found]), seconds, scale)
    click.echo(f"Written: {out} ({len(seen)} frames seen, {len(found)} predicted)")
