"""`keras-gan predict` writes what `continue_video` finds; a folder of videos is trained on."""

import numpy as np
from PIL import Image

from keras_gan import VideoPredictor
from keras_gan.modalities import video
from keras_gan.networks import next_frame


def test_a_video_goes_on(run, rng):
    networks = (
        next_frame.generator((8, 8, 1), 2, 2, noise_dim=2),
        next_frame.discriminator((8, 8, 1), 2, 2),
    )
    model = VideoPredictor(*networks, seed=0)
    model.save("next.keras")
    frames = rng.integers(0, 256, (5, 16, 16, 1), dtype=np.uint8)
    video.write("clip.gif", frames, scale=1)
    command = "predict", "next.keras", "clip.gif", "--out", "new/next.gif", "--scale", "1"
    code, out, err = run(*command, "--steps", "3", "--seed", "4")
    assert (code, out) == (0, "Written: new/next.gif (2 frames seen, 3 predicted)\n"), err
    seen = video.read("clip.gif", 1, (8, 8))
    expected = np.concatenate([seen[-2:], model.continue_video(seen, 3, seed=4)])
    np.testing.assert_array_equal(video.read("new/next.gif", 1), expected)
    Image.fromarray(frames[0, ..., 0]).save("still.png")
    for wrong, message in (
        (("mnist_classifier", "clip.gif"), "is a Classifier, which does not predict images"),
        (("next.keras", "still.png"), "frames must be at least 2"),
        (("next.keras", "nowhere.gif"), "does not exist"),
    ):
        code, _, err = run("predict", *wrong, "--out", "x.gif")
        assert code == 2 and message in err and err.count("\n") == 1


def test_a_folder_of_videos_is_trained_on(run, rng):
    for index in range(4):
        frames = rng.integers(0, 256, (6, 16, 20, 3), dtype=np.uint8)
        video.write(f"videos/{index}.gif", frames, scale=1)
    command = "train", "VideoPredictor", "--pictures", "videos", "--size", "16", "--out", "mine"
    code, out, err = run(*command, "--images", "8", "--batch-size", "2")
    assert code == 0, err
    assert "Clips      8 of 5 frames of 16x16 pixels, RGB" in err
    assert "keras-gan predict mine clip.gif --steps 16 --out next.gif" in out
    code, out, err = run("predict", "mine", "videos/0.gif", "--steps", "2", "--out", "next.gif")
    assert code == 0, err
    assert video.read("next.gif").shape[0] == 6
