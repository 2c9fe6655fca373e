"""`keras-gan translate` writes the translations of the model, and never over what it reads."""

import numpy as np
import pytest
from PIL import Image

from keras_gan import zoo


def pixels(path):
    return np.asarray(Image.open(path))


@pytest.fixture
def photos(tmp_path, rng):
    """A folder with two pictures, one of them in a sub-folder, and a file that is none."""
    folder = tmp_path / "photos"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.png", "deep/b.jpg"):
        Image.fromarray(rng.integers(0, 256, (12, 20, 3), np.uint8)).save(folder / name)
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


def test_translate_keeps_names_and_reports_what_it_cannot_read(run, entries, photos, tmp_path):
    before = {path: path.read_bytes() for path in photos.rglob("*") if path.is_file()}
    code, out, err = run("translate", "tiny_cyclegan", photos, "--out", "made")
    assert (code, out) == (1, "Written: made (2 of 3 pictures)\n")
    last = err.strip().splitlines()[-1]
    assert last.startswith("keras-gan: warning: Cannot read the picture") and "broken.png" in last
    made = tmp_path / "cwd" / "made"
    files = [path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()]
    assert sorted(files) == ["a.png", "deep/b.jpg"]
    expected = zoo.load("tiny_cyclegan").translate(photos / "a.png")
    np.testing.assert_array_equal(pixels(made / "a.png"), expected)
    assert {path: path.read_bytes() for path in before} == before


def test_translate_files_in_the_other_direction_and_side_by_side(run, entries, photos):
    picture = photos / "a.png"
    args = ("--out", "made", "--direction", "BtoA", "--compare", "--full")
    code, out, _ = run("translate", "tiny_cyclegan", picture, *args)
    assert (code, out) == (0, "Written: made (1 of 1 pictures)\n")
    both = pixels("made/a.png")
    assert both.shape == (12, 40, 3)
    np.testing.assert_array_equal(both[:, :20], pixels(picture))
    expected = zoo.load("tiny_cyclegan").translate(picture, "BtoA", size="full")
    np.testing.assert_array_equal(both[:, 20:], expected)


def test_pictures_have_the_scale_of_the_training_or_another(run, entries, photos):
    for args, shape in (((), (32, 53, 3)), (("--size", 8), (8, 13, 3))):
        assert run("translate", "tiny_cyclegan", photos / "a.png", "--out", "made", *args)[0] == 0
        assert pixels("made/a.png").shape == shape
    code, _, err = run(
        "translate", "tiny_cyclegan", photos / "a.png", "--out", "b", "--full", "--size", 8
    )
    assert code == 2 and "--full and --size exclude each other" in err


def test_translate_never_overwrites_what_it_reads(run, entries, photos, tmp_path):
    (tmp_path / "cwd" / "a.png").write_bytes((photos / "a.png").read_bytes())
    before = sorted(photos.rglob("*"))
    for args, message in (
        ((photos, "--out", photos), "would overwrite the picture"),
        ((photos / "deep" / ".." / "a.png", "--out", photos), "would overwrite the picture"),
        ((photos / "a.png", "a.png", "--out", "made"), "Two pictures would both be written"),
    ):
        code, _, err = run("translate", "tiny_cyclegan", *args)
        assert code == 2 and message in err and err.count("\n") == 1
    assert sorted(photos.rglob("*")) == before


def test_a_model_of_many_domains_translates_to_each_that_is_named(run, photos):
    from keras_gan import StarGAN, load_model
    from keras_gan.networks import stargan

    groups = {"hair": ["black", "blue"], "eyes": ["blue", "red"]}
    networks = stargan.generator((None, None, 3), 4, 2, 1), stargan.discriminator((8, 8, 3), 4, 2)
    StarGAN(*networks, image_shape=(8, 8, 3), domains=groups, seed=0).save("looks.keras")
    model, picture = load_model("looks.keras"), photos / "a.png"
    for number, (args, to) in enumerate(
        [
            (("--to", "black"), "black"),
            (("--to", "hair=blue", "--to", "red"), {"hair": "blue", "eyes": "red"}),
            (("--to", "all"), "all"),
        ]
    ):
        out = f"made{number}"
        assert run("translate", "looks.keras", picture, "--out", out, *args)[0] == 0
        np.testing.assert_array_equal(pixels(f"{out}/a.png"), model.translate(picture, to=to))
    for args, message in (
        (("--to", "blue"), "several groups: say hair=blue or eyes=blue"),
        ((), "to must name one of black, hair=blue, eyes=blue, red"),
        (("--to", "red", "--direction", "AtoB"), "direction is no option of a StarGAN"),
    ):
        code, _, err = run("translate", "looks.keras", picture, "--out", "no", *args)
        assert code == 2 and message in err and err.count("\n") == 1
