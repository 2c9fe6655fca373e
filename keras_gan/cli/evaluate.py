"""`keras-gan evaluate`."""

from pathlib import Path

import click

from keras_gan import zoo
from keras_gan.cli import console, options
from keras_gan.zoo.trained import is_pictures


@click.command()
@click.argument("measured", metavar="NAME|PATH")
@click.argument("real", metavar="[DATA]", required=False)
@click.option(
    "--metrics",
    help="Such as fid,kid,prdc,modes,memorization.  [default: those of the model's task]",
)
@click.option(
    "--num", default=10_000, type=options.AT_LEAST_2, show_default=True, help="Images to generate."
)
@click.option("--split", help="Split of the data set.  [default: the one not trained on]")
@options.features
@options.data
@click.option(
    "--size",
    type=options.AT_LEAST_1,
    help="Side that the pictures of folders are scaled and cropped to.  [default: the model's]",
)
@click.option("--out", type=Path, help="A .json file for the report.")
def evaluate(measured, real, metrics, num, split, features, data, size, out):
    """Measure a model, or a folder of pictures, against real pictures.

    DATA is the name of a data set or a folder of pictures; by default the data set that the model was trained
    on. Two folders are compared by `keras-gan evaluate GENERATED REAL`.
    """
    trained = None if is_pictures(measured) else zoo.find(measured)
    if out is not None:
        options.check_writable(options.check_suffix(out, ".json"))
    pictures, data = options.pictures_or_sets(data, trained)
    if trained is not None:
        trained.fetch()
    with console.warnings_in_one_line(), console.working(f"Evaluating {measured}") as tell:
        from keras_gan import evaluation

        report = evaluation.evaluate(
            measured,
            real or pictures,
            metrics=metrics.split(",") if metrics else None,
            num=num,
            features=features,
            data_dir=data,
            progress=tell,
            **({"split": split} if split else {}),
            **({"image_size": (size, size)} if size else {}),
        )
    _show(report)
    if out is not None:
        from keras_gan.files import replacing

        with replacing(out) as temporary:
            temporary.write_text(report.to_json(), encoding="utf-8")
        click.echo(f"Written: {out}")


def _show(report):
    if not console.is_watched():
        click.echo(report)
        return
    click.echo(f"{report.model} and {report.dataset}\n")
    rows = [(m.name, f"{m.value:.5g}", m.uncertainty) for m in report.metrics]
    console.table(rows, ("Metric", "Value", "Spread"))
    if report.modes and report.modes.missing:
        click.echo(f"missing: {', '.join(report.modes.missing)}")
