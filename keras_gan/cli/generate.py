"""`keras-gan generate`, `interpolate`, `walk` and `project`: models that generate images from latents."""

import re
from pathlib import Path

import click

from keras_gan.cli import console, options

NEAR = 5.0  # levels of 255: a projection that is as close as this shows the picture


@click.command()
@options.trained
@click.option(
    "--num", default=64, type=options.AT_LEAST_1, show_default=True, help="Number of images."
)
@click.option(
    "--seed",
    default=0,
    type=options.SEED,
    show_default=True,
    help="Random seed; the same seed gives the same images.",
)
@click.option(
    "--label",
    metavar="NAME|ID",
    help="Class to generate; a conditional model cycles through all without it.",
)
@click.option(
    "--text",
    multiple=True,
    help="Text to generate images of, for a model of texts; given several times, a column for each.",
)
@click.option(
    "--sound",
    type=Path,
    multiple=True,
    help="WAV file to generate images of, for a model of sounds; given several times, a column for each.",
)
@click.option(
    "--out", type=Path, help="A .png file, or a folder for single files.  [default: NAME.png]"
)
@options.scale
@options.truncation
def generate(trained, num, seed, label, text, sound, out, scale, truncation):
    """Generate images, as one grid or as single PNG files."""
    out = out or Path(f"{trained.name}.png")
    single = out.is_dir() or not out.suffix
    options.check_writable(out / "00000.png" if single else options.check_suffix(out, ".png"))
    model, label = _load(trained, label, text=text, sound=sound)
    if given := text or sound:
        told, columns = [given[index % len(given)] for index in range(num)], len(given)
    elif label is None and model.num_classes is not None:
        told, columns = [index % model.num_classes for index in range(num)], model.num_classes
    else:
        told, columns = None if label is None else [label] * num, None
    columns = None if columns == 1 else columns  # a square
    condition = {} if told is None else {model.condition.keyword: told}
    if single:
        _write_single(out, model, num, seed, condition, scale, truncation)
    else:
        with console.working("Generating"):
            model.plot(
                out, num, seed, columns=columns, scale=scale, truncation=truncation, **condition
            )
    click.echo(f"Written: {out}")


def _write_single(folder, model, num, seed, condition, scale, truncation):
    """Writes 00000.png, 00001.png, ..., or 00000-CLASS.png, ... of a conditional model."""
    from keras_gan.modalities.images import write

    batches = model.generate_batches(num, seed, truncation=truncation, **condition)
    images = (image for batch in batches for image in batch)
    for index, image in enumerate(console.track(images, "Generating", num)):
        of = "".join(f"-{_file_name(model, told[index])}" for told in condition.values())
        pixels = image.repeat(scale or 1, axis=0).repeat(scale or 1, axis=1)
        write(folder / f"{index:05d}{of}.png", pixels)


def _file_name(model, told):
    """The label, text or sound of an image, in a file's name."""
    if isinstance(told, Path):
        told = told.stem
    name = told if isinstance(told, str) or not model.class_names else model.class_names[told]
    return re.sub(r"[^\w-]", "_", str(name))


@click.command()
@options.trained
@click.option(
    "--seed-a", default=0, type=options.SEED, show_default=True, help="Seed of the first image."
)
@click.option(
    "--seed-b", default=1, type=options.SEED, show_default=True, help="Seed of the last image."
)
@click.option(
    "--steps", default=8, type=options.AT_LEAST_2, show_default=True, help="Images in a row."
)
@click.option(
    "--label",
    metavar="NAME|ID",
    help="Class of the images; a conditional model writes a row of each without it.",
)
@options.text
@options.sound
@click.option("--out", type=Path, help="A .png file.  [default: NAME-interpolation.png]")
@options.scale
@options.truncation
def interpolate(trained, seed_a, seed_b, steps, label, text, sound, out, scale, truncation):
    """Interpolate between two generated images."""
    out = options.check_suffix(out or Path(f"{trained.name}-interpolation.png"), ".png")
    options.check_writable(out)
    model, label = _load(trained, label, text=text, sound=sound)
    with console.working("Generating"):
        import numpy as np

        from keras_gan.modalities.images import sheet
        from keras_gan.modalities.sheets import sheet_scale

        every = label is None and model.num_classes is not None
        labels = range(model.num_classes) if every else [label]
        scale = sheet_scale((len(labels) * steps, *model.example_shape), steps, scale)
        rows = [
            model.interpolate(seed_a, seed_b, steps, label, truncation, text=text, sound=sound)
            for label in labels
        ]
        sheet(out, np.concatenate(rows), steps, scale)
    click.echo(f"Written: {out}")


@click.command()
@options.trained
@click.option(
    "--stops",
    default=6,
    type=options.AT_LEAST_2,
    show_default=True,
    help="Random images on the way.",
)
@click.option(
    "--frames",
    default=120,
    type=click.IntRange(min=2, max=10_000),
    show_default=True,
    help="Images in all.",
)
@click.option("--seed", default=0, type=options.SEED, show_default=True, help="Seed of the stops.")
@click.option(
    "--label", metavar="NAME|ID", help="Class of the images of a conditional model.  [default: 0]"
)
@options.text
@options.sound
@click.option(
    "--seconds",
    default=0.05,
    type=click.FloatRange(0.02),
    show_default=True,
    help="Time that each image is shown.",
)
@click.option("--out", type=Path, help="A .gif file.  [default: NAME-walk.gif]")
@options.scale
@options.truncation
def walk(trained, stops, frames, seed, label, text, sound, seconds, out, scale, truncation):
    """Walk through the latent space and back, as an animated GIF."""
    out = options.check_suffix(out or Path(f"{trained.name}-walk.gif"), ".gif")
    if frames < stops:
        raise ValueError(f"--frames must be at least as many as the {stops} stops, got {frames}.")
    options.check_writable(out)
    model, label = _load(trained, label, text=text, sound=sound)
    with console.working("Generating"):
        from keras_gan import latent
        from keras_gan.modalities import video

        if label is None and model.num_classes is not None:
            label = 0
        told = next((each for each in (text, sound) if each is not None), label)
        images = latent.walk(model, stops, frames, seed, told, truncation)
        video.write(out, images, seconds, scale)
    click.echo(f"Written: {out}")


@click.command()
@options.trained
@options.pictures
@click.option("--out", type=Path, help="Folder for the results.  [default: NAME-projection]")
@click.option(
    "--steps",
    default=400,
    type=options.AT_LEAST_1,
    show_default=True,
    help="Steps, at most, of the search for each picture.",
)
@click.option(
    "--starts",
    default=6,
    type=options.AT_LEAST_1,
    show_default=True,
    help="Latents that the search starts from; the best result counts.",
)
@click.option("--seed", default=0, type=options.SEED, show_default=True, help="Seed of the starts.")
@click.option(
    "--label", metavar="NAME|ID", help="Class of the pictures, required by a conditional model."
)
def project(trained, pictures, out, steps, starts, seed, label):
    """Find the latents whose images are closest to given pictures.

    Writes for each picture NAME.png, with the picture, the closest image and their difference side by side,
    and NAME.npy, with the latents. Pictures are brought to the size and the colors of the model's images.
    """
    from keras_gan.modalities.images import read, sheet

    out = out or Path(f"{trained.name}-projection")
    jobs = options.file_jobs(pictures, out)
    targets = {file: target.with_suffix(".png") for file, target in jobs.items()}
    if len(set(targets.values())) < len(targets):
        raise ValueError("Two pictures have names that differ only in their endings.")
    options.check_writable(out / "picture.png")
    model, label = _load(trained, label)
    if label is None and model.num_classes is not None:
        raise ValueError(
            f"{trained.given} is conditional: --label must be 0 to {model.num_classes - 1}."
        )
    *size, channels = model.example_shape
    images = {file: read(file, channels, tuple(size)) for file in targets}
    for file, target in targets.items():
        with console.working(f"Searching for {file}"):
            import numpy as np

            from keras_gan import latent
            from keras_gan.files import replacing

            picture = images[file]
            found = latent.project(model, picture[None], steps, starts, seed, label)
            error = np.abs(picture.astype(int) - found.images[0]).astype(np.uint8)
            sheet(target, np.stack([picture, found.images[0], error]), columns=3)
            with replacing(target.with_suffix(".npy")) as temporary:
                np.save(temporary, found.latents[0])
        far = ": the model cannot generate this picture" if found.distances[0] > NEAR else ""
        click.echo(f"Written: {target} (RMS error {found.distances[0]:.1f} of 255{far})")


def _load(trained, label, **told):
    """A model that generates images, and the id of its class `label`, which is a name or an id, or None.

    `told` are the options of models of texts and of sounds, which must be given if the model is one of them.
    """
    model, name = options.load(trained, "Generation"), trained.given
    if len(model.example_shape) != 3:
        raise ValueError(f"{name} generates arrays of shape {model.example_shape}, not images.")
    own = model.condition and model.condition.keyword
    if own in ("text", "sound") and not told.get(own):
        raise ValueError(f"{name} generates images of {own}s: --{own} must be given.")
    for option, value in told.items():
        if value and option != own:
            raise ValueError(f"{name} is no model of {option}s: it takes no --{option}.")
    if label is None:
        return model, None
    if model.num_classes is None:
        raise ValueError(f"{name} is not conditional: it takes no --label.")
    if label in (model.class_names or ()):
        return model, model.class_names.index(label)
    if label.isdecimal() and int(label) < model.num_classes:
        return model, int(label)
    known = f" ({', '.join(model.class_names)})" if model.class_names else ""
    raise ValueError(
        f"--label must be a class of {name}, 0 to {model.num_classes - 1}{known}, got {label}."
    )
