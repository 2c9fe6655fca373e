"""`keras-gan demo` in a browser: each control shows what the model makes, and bad files do no harm."""

import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan.zoo import pack, registry

pytest.importorskip("gradio", reason="needs gradio: pip install '.[demo]'")
sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def entries(packed_entries, truncated, tmp_path_factory):
    """A folder of the small entries, with one that takes a truncation."""
    folder = tmp_path_factory.mktemp("demo") / "zoo"
    shutil.copytree(packed_entries[0], folder)
    (folder / "tiny_stylegan2").mkdir()
    entry = json.loads((folder / "tiny_dcgan" / "entry.json").read_text())
    entry["recipe"]["model"] = "StyleGAN2"
    entry |= {"name": "tiny_stylegan2", "title": "The tiny_stylegan2"}
    (folder / "tiny_stylegan2" / "entry.json").write_text(json.dumps(entry))
    model = truncated["tiny_stylegan2"]
    model.compile()
    epoch = {"epoch": 1, "seconds": 1.0, "batch_size": 16, **entry["training"]}
    pack.pack(folder / "tiny_stylegan2", model, [epoch])
    return folder


@pytest.fixture(scope="module")
def address(entries):
    """Of a page with the small entries, as the command serves it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = (
        "import pathlib; from keras_gan import cli; from keras_gan.zoo import registry; "
        f"registry.folder = lambda: pathlib.Path({str(entries)!r}); "
        f"cli.main(['demo', 'tiny_cgan', '--port', '{port}'])"
    )
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", code]
    server = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline()
        assert line == f"http://127.0.0.1:{port}/  (Ctrl-C stops it)\n"
        yield line.split()[0]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


@pytest.fixture(scope="module")
def browser():
    """Chromium: the one on PATH, or Playwright's own."""
    with sync_api.sync_playwright() as playwright:
        options = {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox"]}
        try:
            started = playwright.chromium.launch(**options)
        except sync_api.Error as error:
            pytest.skip(f"there is no Chromium: {error.message.splitlines()[0]}")
        yield started
        started.close()


@pytest.fixture
def page(browser, address):
    """The page, opened; it must log no error, and ask no other machine for anything."""
    page = browser.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("request", lambda r: problems.append(r.url) if is_outside(r.url, address) else None)
    page.goto(address)
    yield page
    assert problems == []
    page.close()


def is_outside(url, address):
    return not url.startswith((address, "data:", "blob:"))


VISIBLE = "images => images.filter(image => image.offsetParent).map(image => image.src)"


def expect(page, place, pixels):
    """Waits until the image at that place shows these pixels, within 1 level."""
    found = None
    for _ in range(200):
        if len(urls := page.eval_on_selector_all("img", VISIBLE)) > place:
            found = np.asarray(Image.open(io.BytesIO(page.request.get(urls[place]).body())))
            if found.shape == pixels.shape and np.abs(found.astype(int) - pixels).max() <= 1:
                return
        page.wait_for_timeout(100)
    pytest.fail(f"Not shown: {pixels.shape}, but {None if found is None else found.shape}.")


def choose(page, title):
    page.get_by_label("Model").click()
    page.get_by_role("option", name=title).click()


def grid_of(images, columns):
    from keras_gan.serving.demo import _canvas

    return _canvas(images, columns)


def test_seed_number_and_class_choose_the_images(page, packed_entries):
    model = packed_entries[1]["tiny_cgan"]
    expect(page, 0, grid_of(model.generate(9, 0, np.arange(9) % 3), 3))
    page.get_by_label("Seed", exact=True).fill("7")
    expect(page, 0, grid_of(model.generate(9, 7, np.arange(9) % 3), 3))
    page.get_by_label("Class").click()
    page.get_by_role("option", name="2").click()
    expect(page, 0, grid_of(model.generate(9, 7, 2), 6))
    expect(page, 1, grid_of(model.interpolate(0, 1, 18, 2), 6))
    page.get_by_role("slider").press("ArrowRight")
    expect(page, 0, grid_of(model.generate(10, 7, 2), 6))
    page.get_by_role("button", name="Another seed", exact=True).click()
    sync_api.expect(page.get_by_label("Seed", exact=True)).not_to_have_value("7")
    seed = int(page.get_by_label("Seed", exact=True).input_value())
    expect(page, 0, grid_of(model.generate(10, seed, 2), 6))


def test_truncation_of_a_model_that_takes_one(page, entries, monkeypatch):
    monkeypatch.setattr(registry, "folder", lambda: entries)
    model = keras_gan.zoo.load("tiny_stylegan2")
    page.get_by_label("Seed", exact=True).wait_for()
    sync_api.expect(page.get_by_text("Truncation")).to_have_count(0)
    choose(page, "The tiny_stylegan2")
    expect(page, 0, grid_of(model.generate(18, 0, truncation=model.shown_truncation), 6))
    page.get_by_role("spinbutton", name="Truncation").fill("0.5")
    expect(page, 0, grid_of(model.generate(18, 0, truncation=0.5), 6))
    expect(page, 1, grid_of(model.interpolate(0, 1, 18, truncation=0.5), 6))


def test_two_visitors_at_once(browser, address, packed_entries):
    """Their requests are worked on in turn, and each gets what he asked for."""
    model = packed_entries[1]["tiny_cgan"]
    visits = {seed: browser.new_page() for seed in (11, 12)}
    for visit in visits.values():
        visit.goto(address)
    for seed, visit in visits.items():
        visit.get_by_label("Seed", exact=True).fill(str(seed))
    for seed, visit in visits.items():
        expect(visit, 0, grid_of(model.generate(9, seed, np.arange(9) % 3), 3))
        visit.close()


def test_only_this_machine_reaches_the_page(address):
    """It listens at 127.0.0.1, not at the machine's other addresses."""
    port = int(address.split(":")[-1].strip("/"))
    socket.create_connection(("127.0.0.1", port), 5).close()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", port), 5)


def test_walk_between_two_seeds(page, packed_entries):
    choose(page, "The tiny_dcgan")
    model = packed_entries[1]["tiny_dcgan"]
    expect(page, 0, grid_of(model.generate(18, 0), 6))
    expect(page, 1, grid_of(model.interpolate(0, 1, 18), 6))
    page.get_by_label("From seed").fill("5")
    expect(page, 1, grid_of(model.interpolate(5, 1, 18), 6))
    page.get_by_role("button", name="Continue to another seed").click()
    sync_api.expect(page.get_by_label("From seed")).to_have_value("1")
    end = int(page.get_by_label("To seed").input_value())
    expect(page, 1, grid_of(model.interpolate(1, end, 18), 6))


@pytest.fixture
def photograph(tmp_path, rng):
    path = tmp_path / "photograph.png"
    Image.fromarray(rng.integers(0, 256, (40, 60, 3), np.uint8)).save(path)
    return path


def large(image):
    """As the page shows a picture of under 420 pixels."""
    times = 420 // max(image.shape[:2])
    return image.repeat(times, axis=0).repeat(times, axis=1)


def test_photograph_before_and_after_in_both_directions(page, packed_entries, photograph):
    choose(page, "The tiny_cyclegan")
    model = packed_entries[1]["tiny_cyclegan"]
    page.locator("input[type=file]").set_input_files(photograph)
    before, after = model.translate_pair(photograph, direction="AtoB")
    expect(page, 0, large(before))
    expect(page, 1, large(after))
    page.get_by_label("B to A").click()
    expect(page, 1, large(model.translate(photograph, "BtoA")))


def bomb():
    """A file of 50 kB that decodes to 400 million pixels."""
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("make", "told"),
    [(lambda: b"no picture", "cannot identify"), (bomb, "more than 50,000,000 pixels")],
    ids=["no picture", "bomb"],
)
def test_bad_file_is_told_and_does_no_harm(page, packed_entries, photograph, tmp_path, make, told):
    choose(page, "The tiny_cyclegan")
    (tmp_path / "bad.jpg").write_bytes(make())
    page.locator("input[type=file]").set_input_files(tmp_path / "bad.jpg")
    page.get_by_text(re.compile(f"Cannot read the picture bad.jpg: .*{told}")).wait_for()
    page.get_by_label("Clear").first.click()
    page.locator("input[type=file]").set_input_files(photograph)
    expect(page, 1, large(packed_entries[1]["tiny_cyclegan"].translate(photograph, "AtoB")))


def test_large_file_is_refused(browser, address, tmp_path):
    page = browser.new_page()  # whose console tells of the refusal
    page.goto(address)
    choose(page, "The tiny_cyclegan")
    (tmp_path / "large.png").write_bytes(bytes(10 * 2**20 + 1))
    page.locator("input[type=file]").set_input_files(tmp_path / "large.png")
    page.get_by_text("exceed the maximum allowed size").wait_for()
    page.close()


def test_classifiers_are_not_among_the_models(page):
    page.get_by_label("Model").click()
    options = page.get_by_role("option").all_inner_texts()
    assert {each.strip(" ✓\n") for each in options} == {
        "The tiny_cgan",
        "The tiny_dcgan",
        "The tiny_cyclegan",
        "The tiny_stylegan2",
    }


def test_entries_that_generate_no_images_are_refused(packed_entries, monkeypatch):
    from keras_gan.serving import demo

    monkeypatch.setattr(keras_gan.zoo.registry, "folder", lambda: packed_entries[0])
    classifier = keras_gan.zoo.find("tiny_classifier")
    with pytest.raises(ValueError, match="tiny_classifier is a Classifier, which generates no"):
        demo.page([], classifier)
