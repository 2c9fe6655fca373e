"""A local page to play with the zoo, of Gradio: `keras-gan demo`."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import gradio as gr
import numpy as np

from keras_gan import models, zoo
from keras_gan.modalities.images import grid, read, resize
from keras_gan.tasks.generation import Generation
from keras_gan.tasks.tiling import AREA
from keras_gan.tasks.translation import Translation

MAX_FILE_SIZE = "10mb"
"""Of an upload; larger ones are refused."""
WIDTH = 910  # pixels of a grid, at most
COLUMNS = 6  # of a grid, unless each is a class
STEPS = 18  # of a walk
EVERY = -1  # class, one after the other
# One job at a time, for all visitors.
IN_TURN = {"concurrency_id": "models", "concurrency_limit": 1}


def serve(
    name: str | None = None,
    host: str = "127.0.0.1",
    port: int = 7860,
    tell: Callable[[str], None] = print,
):
    """Serves the page until the process is interrupted.

    Args:
        name: the entry that is shown first; the first of the zoo if None.
        host: address to bind to; "0.0.0.0" lets other machines in.
        port: port to bind to.
        tell: is called with the page's address once it can be opened.

    Raises:
        ValueError: if there is no such entry, or it makes no images.
        OSError: if the port is taken.
    """
    blocks = page(name)
    _, address, _ = blocks.queue(max_size=20).launch(
        server_name=host,
        server_port=port,
        max_file_size=MAX_FILE_SIZE,
        theme=gr.themes.Soft(primary_hue="indigo", font=["system-ui", "sans-serif"]),
        css=".icon-button-wrapper:not(:has(button)) {display: none}",
        show_error=True,
        footer_links=[],
        ssr_mode=False,
        share=False,
        quiet=True,
        prevent_thread_lock=True,
    )
    tell(address)
    blocks.block_thread()


def page(name: str | None = None) -> gr.Blocks:
    """The page; `name` as in `serve`."""
    titles = {entry: zoo.card(entry).title for entry in zoo.list() if _kind(entry)}
    if name is not None and not _kind(name):
        raise ValueError(f"{name} is a {zoo.card(name).recipe.model}, which makes no images.")
    if not titles:
        raise ValueError("There is no entry in the zoo that makes images.")
    choices = [(title, entry) for entry, title in titles.items()]
    with gr.Blocks(title="keras_gan", analytics_enabled=False) as blocks:
        gr.Markdown("# keras_gan")
        entry = gr.Dropdown(choices, value=name or choices[0][1], label="Model", filterable=False)

        @gr.render(inputs=entry, **IN_TURN)
        def show(entry):
            card = zoo.card(entry)
            paper = f"[{card.paper.citation}]({card.paper.url})"
            gr.Markdown(f"{card.summary} {paper}, learned from {card.data.title}.")
            model = _load(entry)
            (_show_generator if isinstance(model, Generation) else _show_translator)(model)

    return blocks


def _kind(entry):
    """Whether an entry can be played with: it makes images from latents or from images."""
    return issubclass(getattr(models, zoo.card(entry).recipe.model), (Generation, Translation))


@lru_cache(maxsize=4)
def _load(entry):
    return zoo.load(entry)


def _on(triggers, function, inputs, output):
    """Has a change of inputs followed by one of the output; errors are told on the page."""

    def told(*values):
        try:
            return function(*values)
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from error

    gr.on(triggers, told, inputs, output, trigger_mode="always_last", **IN_TURN)


def _show_generator(model):
    def draw(seed, num, label, truncation):
        labels = np.arange(num) % model.num_classes if label == EVERY else label
        columns = model.num_classes if label == EVERY else COLUMNS
        return _canvas(model.generate(num, _whole(seed), labels, truncation), columns)

    def walk(seed_a, seed_b, label, truncation):
        ends = _whole(seed_a), _whole(seed_b)
        if label == EVERY:
            rows = [
                model.interpolate(*ends, 10, each, truncation) for each in range(model.num_classes)
            ]
            return _canvas(np.concatenate(rows), 10)
        return _canvas(model.interpolate(*ends, STEPS, label, truncation), COLUMNS)

    with gr.Row():
        with gr.Column(scale=1, min_width=240):
            label = _classes(model)
            seed = _seed("Seed", 0)
            first = 3 * (model.num_classes or COLUMNS)
            num = gr.Slider(1, 100, first, step=1, label="Images", interactive=True)
            truncation = _truncation(model)
            another = gr.Button("Another seed", variant="primary")
        with gr.Column(scale=3):
            wanted = [seed, num, label, truncation]
            images = _picture(draw(*(each.value for each in wanted)), "Images")
    gr.Markdown("### A walk from one seed to another")
    with gr.Row():
        with gr.Column(scale=1, min_width=240):
            ends = _seed("From seed", 0), _seed("To seed", 1)
            elsewhere = gr.Button("Walk on", variant="primary")
        with gr.Column(scale=3):
            walked = [*ends, label, truncation]
            path = _picture(walk(*(each.value for each in walked)), "Walk")
    another.click(_any_seed, None, seed)
    elsewhere.click(lambda end: (end, _any_seed()), ends[1], [*ends])
    _on([each.change for each in wanted], draw, wanted, images)
    _on([each.change for each in walked], walk, walked, path)


def _show_translator(model):
    def translate(path, direction):
        if path is None:
            return None, None
        picture = _read(path, model.image_shape[-1])
        return _coloured(picture), _coloured(model.translate(picture[None], direction)[0])

    with gr.Row(equal_height=True):
        path = gr.File(file_types=["image"], label="Photograph", height=130, scale=3)
        ways = [(way.replace("to", " to "), way) for way in model.generators]
        way = gr.Radio(ways, value=ways[0][1], label="Direction", interactive=True)
    with gr.Row():
        pictures = [
            _picture(None, label, height=420, show_label=True) for label in ("Before", "After")
        ]
    _on([path.change, way.change], translate, [path, way], pictures)


def _read(path, channels):
    """The picture in an uploaded file, not so large that its translation would take minutes."""
    try:
        picture = read(path, channels)
    except ValueError as error:  # which names the file where Gradio keeps it
        raise ValueError(str(error).replace(path, Path(path).name)) from error
    height, width = picture.shape[:2]
    if (scale := (AREA / (height * width)) ** 0.5) < 1:
        return resize(picture, (round(height * scale), round(width * scale)))
    return picture


def _seed(label, value):
    return gr.Number(value, label=label, precision=0, minimum=0, interactive=True)


def _classes(model):
    if model.num_classes is None:
        return gr.State(None)
    choices = [("All", EVERY), *((str(label), label) for label in range(model.num_classes))]
    return gr.Dropdown(choices, value=EVERY, label="Class", filterable=False, interactive=True)


def _truncation(model):
    if model.truncations is None:
        return gr.State(None)
    low, high = model.truncations
    told = "Less: closer to the typical image, and less diverse."
    return gr.Slider(low, high, high, step=0.02, label="Truncation", info=told, interactive=True)


def _picture(value, label, show_label=False, **kwargs):
    looks = {"format": "png", "buttons": [], "interactive": False, "show_label": show_label}
    return gr.Image(value, label=label, **looks, **kwargs)


def _any_seed():
    return int(np.random.default_rng().integers(10_000))


def _whole(seed):
    if seed is None:
        raise ValueError("The seed must be a whole number, 0 or more.")
    return int(seed)


def _canvas(images, columns=None):
    canvas = grid(images, columns)
    scale = max(1, WIDTH // canvas.shape[1])
    return _coloured(canvas.repeat(scale, axis=0).repeat(scale, axis=1))


def _coloured(image):
    return np.broadcast_to(image, (*image.shape[:2], 3))
