"""The demo: a trained entry of the zoo generates faces, then `fit` trains a DCGAN on digits."""

import sys
from pathlib import Path

import keras_gan

PRETRAINED = "stylegan2_anime_faces"
EPOCHS = 20


def main(out: Path) -> None:
    print(f"Loading {PRETRAINED} from the zoo.")
    faces = keras_gan.zoo.load(PRETRAINED).plot(out / f"{PRETRAINED}.png", seed=1, truncation=0.7)
    print(f"64 generated images: {faces}\n")

    print(f"Training a DCGAN on 1,437 real digits for {EPOCHS} epochs, about a minute.")
    digits = keras_gan.data.load("digits", image_size=28, batch_size=32)
    gan = keras_gan.DCGAN(image_shape=(28, 28, 1), seed=0)
    gan.compile()
    gan.fit(digits, epochs=EPOCHS, callbacks=[keras_gan.SampleGrid(out / "digits")])
    print(f"Generated digits after each epoch: {out / 'digits'}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo_out"))
