"""`keras-gan evaluate`."""

from pathlib import Path

import click

from keras_gan.cli import console, options


@click.command()
@options.trained
@click.option(
    "--metrics",
    help="Such as fid,kid,prdc,modes,memorization.  [default: those of the model's task]",
)
@click.option(
    "--num", default=10_000, type=options.AT_LEAST_2, show_default=True, help="Images to generate."
)
@click.option("--split", help="Split of the entry's data set.  [default: the one not trained on]")
@click.option(
    "--features",
    help="Network whose features are compared: inception, or a classifier of the zoo.  "
    "[default: the data set's classifier]",
)
@options.data
@click.option("--out", type=Path, help="A .json file for the report.")
def evaluate(trained, metrics, num, split, features, data, out):
    """Measure a model against real images of its data set."""
    if out is not None:
        options.check_writable(options.check_suffix(out, ".json"))
    options.check_folder("--data", data)
    trained.fetch()
    with console.warnings_in_one_line(), console.working(f"Evaluating {trained.given}") as tell:
        from keras_gan import evaluation

        report = evaluation.evaluate(
            trained.given,
            metrics=metrics.split(",") if metrics else None,
            num=num,
            features=features,
            data_dir=data,
            progress=tell,
            **({"split": split} if split else {}),
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
    rows = [
        (m.name, f"{m.value:.5g}", "" if m.spread is None else f"{m.spread:.2g}")
        for m in report.metrics
    ]
    console.table(rows, ("Metric", "Value", "Spread"))
    if report.modes and report.modes.missing:
        click.echo(f"missing: {', '.join(report.modes.missing)}")
