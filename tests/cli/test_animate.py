"""`keras-gan animate` writes what `animate` draws, of portraits or of a rendered person."""

import json
import wave

import numpy as np
from PIL import Image

from keras_gan import TalkingHead, data
from keras_gan.data.catalogue import heads
from keras_gan.modalities import images, video
from keras_gan.networks import talking_head


def test_people_are_animated(run, rng):
    shape = (16, 16, 3)
    model = TalkingHead(
        talking_head.embedder(shape, 8),
        talking_head.generator(shape, 4, None, halvings=2, blocks=1),
        talking_head.discriminator(shape, 8),
        num_people=3,
        shots=2,
        seed=0,
    )
    model.save("heads.keras")
    for index in range(2):
        picture = rng.integers(0, 256, (20, 20, 3), dtype=np.uint8)
        Image.fromarray(picture).save(f"{index}.png")
    points = rng.uniform(0.2, 0.8, (5, 30, 2)).astype(np.float32)
    write("seen.json", points[:2])
    write("drive.json", points)
    with wave.open("tone.wav", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        tone = np.sin(np.arange(8_000) * 0.5) * np.linspace(0, 20_000, 8_000)
        file.writeframes(tone.astype("<i2").tobytes())
    own = "0.png", "1.png", "--landmarks", "seen.json"
    command = "animate", "heads.keras", "--scale", "1", "--out", "new/talk.gif"
    code, out, err = run(*command, *own, "--drive", "drive.json")
    assert (code, out) == (0, "Written: new/talk.gif (5 frames, of 2 portraits)\n"), err
    portraits = np.stack([images.read(f"{index}.png", 3, shape[:2]) for index in range(2)])
    close(video.read("new/talk.gif"), model.animate(portraits, points[:2], points))
    code, out, err = run(*command, *own, "--wav", "tone.wav", "--fps", "10")
    assert (code, out) == (0, "Written: new/talk.gif (10 frames, of 2 portraits)\n"), err
    frames = model.animate(portraits, points[:2], data.speak("tone.wav", points[0], 10))
    assert len(frames) == 10
    code, out, err = run(*command, *own, "--drive", "drive.json", "--steps", "1", "--seed", "3")
    assert code == 0, err
    assert heads.person("test", 0)[0].shape[1:] != shape
    for wrong, message in (
        ((*own,), "one of --drive and --wav"),
        ((*own, "--drive", "drive.json", "--wav", "tone.wav"), "one of --drive and --wav"),
        (("0.png", "--drive", "drive.json"), "belong together"),
        ((*own, "--person", "1", "--drive", "drive.json"), "without portraits"),
        (("--person", "200", "--drive", "drive.json"), "not in the range"),
        (("0.png", "--landmarks", "seen.json", "--drive", "drive.json"), "those of each portrait"),
        ((*own, "--drive", "tone.wav"), "is no JSON file"),
    ):
        code, _, err = run(*command, *wrong)
        assert code == 2 and message in err and err.count("\n") == 1, err
    code, _, err = run("animate", "mnist_classifier", "--wav", "tone.wav", "--out", "x.gif")
    assert code == 2 and "is a Classifier, which does not animate images" in err


def write(path, points):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(np.round(points, 6).tolist(), file)


def close(found, expected):
    """A GIF has 255 colors for each frame."""
    assert found.shape == expected.shape
    assert np.abs(found.astype(int) - expected).mean() < 3
