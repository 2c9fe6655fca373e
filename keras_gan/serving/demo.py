"""A local web page to try trained models, built with Gradio: `keras-gan demo`."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import gradio as gr
import numpy as np
from starlette.middleware import Middleware

from keras_gan import models
from keras_gan.conditions import Sounds, Texts
from keras_gan.modalities.images import grid, read
from keras_gan.serving.visitors import OwnVisitors
from keras_gan.tasks.domain_translation import DomainTranslation
from keras_gan.tasks.generation import Generation
from keras_gan.tasks.stylization import Stylization
from keras_gan.tasks.tiling import AREA
from keras_gan.tasks.translation import Translation
from keras_gan.zoo import Trained

MAX_FILE_SIZE = "10mb"
"""Largest upload that is accepted."""
UPLOADS = (600, 3600)  # every how many seconds uploads are deleted that are so many seconds old
WIDTH = 910  # pixels of a grid, at most
HEIGHT = 420  # pixels of a picture and of its translation, at most
COLUMNS = 6  # of a grid, unless each column is a class
STEPS = 18  # of an interpolation
EVERY = -1  # value of the class control: all classes
# One job at a time, for all visitors.
QUEUE = {"concurrency_id": "models", "concurrency_limit": 1}


def serve(
    trained: Sequence[Trained],
    first: Trained | None = None,
    host: str = "127.0.0.1",
    port: int = 7860,
    opened: Callable[[str], None] = print,
):
    """Serves the page until the process is interrupted.

    Args:
        trained: the models to choose from, as `keras_gan.zoo.find` finds them.
        first: the model that is shown first, of these or another one; the first of these if None.
        host: address to listen on; "0.0.0.0" lets other machines connect.
        port: port to listen on.
        opened: called with the page's address once it can be opened.

    Raises:
        ValueError: if the first model generates no images, or no model does.
        OSError: if the port is in use.
    """
    blocks = page(trained, first)
    _, address, _ = blocks.queue(max_size=20).launch(
        server_name=host,
        server_port=port,
        max_file_size=MAX_FILE_SIZE,
        app_kwargs={"middleware": [Middleware(OwnVisitors, name=host)]},
        theme=gr.themes.Soft(primary_hue="indigo", font=["system-ui", "sans-serif"]),
        css=".icon-button-wrapper:not(:has(button)) {display: none}",
        show_error=True,
        footer_links=[],
        ssr_mode=False,
        share=False,
        quiet=True,
        prevent_thread_lock=True,
    )
    opened(address)
    blocks.block_thread()


def page(trained: Sequence[Trained], first: Trained | None = None) -> gr.Blocks:
    """The page; arguments as in `serve`."""
    shown = {each.given: each for each in trained if _controls_of(each)}
    if first is not None:
        if not _controls_of(first):
            raise ValueError(f"{first.given} is a {first.model}, which generates no images.")
        shown = {first.given: first} | shown
    if not shown:
        raise ValueError("There is no entry in the zoo that generates images.")
    choices = [(each.card.title if each.card else each.title, name) for name, each in shown.items()]
    load = lru_cache(maxsize=4)(lambda name: shown[name].load())
    with gr.Blocks(title="keras_gan", analytics_enabled=False, delete_cache=UPLOADS) as blocks:
        gr.Markdown("# keras_gan")
        model = gr.Dropdown(choices, value=choices[0][1], label="Model", filterable=False)

        @gr.render(inputs=model, **QUEUE)
        def show(name):
            gr.Markdown(_about(shown[name]))
            _controls_of(shown[name])(load(name))

    return blocks


def _about(trained):
    """A sentence or two on a model, in Markdown."""
    if (card := trained.card) is None:
        return f"{trained.facts['Model']}, from {trained.path}."
    paper = f" [{card.paper.citation}]({card.paper.url})." if card.paper else ""
    return f"{card.summary}{paper} Trained on {card.data.title}."


def _controls_of(trained):
    """The function that adds the controls for a model; None if it generates no images."""
    kind = getattr(models, trained.model, None)
    controls = {
        Generation: _add_generation,
        Translation: _add_translation,
        DomainTranslation: _add_domain_translation,
        Stylization: _add_translating,
    }
    return next((controls[task] for task in controls if kind and issubclass(kind, task)), None)


def _on(triggers, function, inputs, output):
    """Sets the output by the function whenever a trigger fires; errors are shown on the page."""

    def run(*values):
        try:
            return function(*values)
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from error

    gr.on(triggers, run, inputs, output, trigger_mode="always_last", **QUEUE)


def _add_generation(model):
    keyword = model.condition.keyword if model.condition else "labels"

    def draw(seed, num, told, truncation):
        if keyword == "sound" and told is None:
            return None
        every = told == EVERY
        told = np.arange(num) % model.num_classes if every else told
        columns = model.num_classes if every else COLUMNS
        options = {keyword: told, "truncation": truncation}
        return _canvas(model.generate(num, _checked(seed), **options), columns)

    def interpolate(seed_a, seed_b, told, truncation):
        if keyword == "sound" and told is None:
            return None
        seeds = _checked(seed_a), _checked(seed_b)
        if told == EVERY:
            rows = [
                model.interpolate(*seeds, 10, each, truncation) for each in range(model.num_classes)
            ]
            return _canvas(np.concatenate(rows), 10)
        told = {"label" if keyword == "labels" else keyword: told}
        return _canvas(model.interpolate(*seeds, STEPS, truncation=truncation, **told), COLUMNS)

    with gr.Row():
        with gr.Column(scale=1, min_width=240):
            told = _condition(model)
            seed = _seed("Seed", 0)
            first = 3 * (model.num_classes or COLUMNS)
            num = gr.Slider(1, 100, first, step=1, label="Images", interactive=True)
            truncation = _truncation(model)
            other = gr.Button("Another seed", variant="primary")
        with gr.Column(scale=3):
            inputs = [seed, num, told, truncation]
            images = _picture(draw(*(each.value for each in inputs)), "Images")
    gr.Markdown("### Interpolation between two seeds")
    with gr.Row():
        with gr.Column(scale=1, min_width=240):
            seeds = _seed("From seed", 0), _seed("To seed", 1)
            further = gr.Button("Continue to another seed", variant="primary")
        with gr.Column(scale=3):
            path_inputs = [*seeds, told, truncation]
            path = _picture(interpolate(*(each.value for each in path_inputs)), "Interpolation")
    other.click(_random_seed, None, seed)
    further.click(lambda end: (end, _random_seed()), seeds[1], [*seeds])
    _on([each.change for each in inputs], draw, inputs, images)
    _on([each.change for each in path_inputs], interpolate, path_inputs, path)


def _add_translation(model):
    choices = [(each.replace("to", " to "), each) for each in model.generators]
    _add_translating(model, "direction", choices, "Direction")


def _add_domain_translation(model):
    choices = [(name, name) for name in model.attributes.every()]
    _add_translating(model, "to", choices, "To")


def _add_translating(model, option=None, choices=(), label=None):
    """Controls of a model that translates, as one of its options says, which has these choices."""

    def translate(path, choice=None):
        if path is None:
            return None, None
        picture = _read(path, model.image_shape[-1])
        short, long = sorted(picture.shape[:2])
        if long / short * model.scale[1] ** 2 > AREA:
            raise ValueError("The picture is too long and thin: translating it would take minutes.")
        pair = model.translate_pair(picture, **({option: choice} if option else {}))
        times = max(1, HEIGHT // max(pair[0].shape[:2]))  # small ones are shown large
        return [_colored(each).repeat(times, axis=0).repeat(times, axis=1) for each in pair]

    with gr.Row(equal_height=True):
        path = gr.File(file_types=["image"], label="Photograph", height=130, scale=3)
        chosen = [
            gr.Radio(choices, value=value, label=label, interactive=True)
            for _, value in choices[:1]
        ]
    with gr.Row():
        pictures = [
            _picture(None, label, height=HEIGHT, show_label=True) for label in ("Before", "After")
        ]
    _on([each.change for each in (path, *chosen)], translate, [path, *chosen], pictures)


def _read(path, channels):
    """The picture in an uploaded file."""
    try:
        return read(path, channels)
    except ValueError as error:  # It names the file in Gradio's own folder.
        raise ValueError(str(error).replace(path, Path(path).name)) from error


def _seed(label, value):
    return gr.Number(value, label=label, precision=0, minimum=0, interactive=True)


def _condition(model):
    """The control for what the model is told: classes, a line of text, a sound; none if unconditional."""
    if isinstance(model.condition, Sounds):
        return gr.Audio(label="Sound", sources=["microphone", "upload"], type="filepath")
    if isinstance(model.condition, Texts):
        known = ", ".join(model.condition.vocabulary)
        shown = (*model.condition.examples_shown, *model.condition.vocabulary)
        return gr.Textbox(shown[0], label="Text", info=f"Words it knows: {known}", interactive=True)
    if model.num_classes is None:
        return gr.State(None)
    names = model.class_names or map(str, range(model.num_classes))
    choices = [("All", EVERY), *((name, label) for label, name in enumerate(names))]
    return gr.Dropdown(choices, value=EVERY, label="Class", filterable=False, interactive=True)


def _truncation(model):
    if model.truncations is None:
        return gr.State(None)
    low, high = model.truncations
    info = "Smaller values: better and less diverse images."
    first = model.shown_truncation or high
    options = {"step": 0.02, "label": "Truncation", "info": info, "interactive": True}
    return gr.Slider(low, high, first, **options)


def _picture(value, label, show_label=False, **kwargs):
    options = {"format": "png", "buttons": [], "interactive": False, "show_label": show_label}
    return gr.Image(value, label=label, **options, **kwargs)


def _random_seed():
    return int(np.random.default_rng().integers(10_000))


def _checked(seed):
    if seed is None:
        raise ValueError("The seed must be a whole number, 0 or more.")
    return int(seed)


def _canvas(images, columns=None):
    canvas = grid(images, columns)
    scale = max(1, WIDTH // canvas.shape[1])
    return _colored(canvas.repeat(scale, axis=0).repeat(scale, axis=1))


def _colored(image):
    return np.broadcast_to(image, (*image.shape[:2], 3))
