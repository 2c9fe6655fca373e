"""The pipelines: ranges, orders, batches, augmentation, pictures that cannot be read."""

import keras
import numpy as np
import pytest

import keras_gan
from keras_gan import data
from keras_gan.data import pipeline


@pytest.fixture(params=["held in memory", "read each epoch"])
def memory(request, monkeypatch):
    """Runs a test twice: pictures that fit into memory, and pictures that do not."""
    monkeypatch.setattr(pipeline, "IN_MEMORY", 2**30 if request.param == "held in memory" else 0)


def numbers(images):
    """The numbers of the pictures of `photos`."""
    return np.rint((np.asarray(images)[..., 0, 0, 0] + 1) * 127.5).astype(int).tolist()


def epoch(dataset):
    """All minibatches of an epoch, joined: one array for each column."""
    batches = list(dataset.as_numpy_iterator())
    if isinstance(batches[0], tuple):
        return tuple(np.concatenate(column) for column in zip(*batches, strict=True))
    return np.concatenate(batches)


def test_images_are_floats_from_minus_one_to_one(tmp_path, write_picture, memory):
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    write_picture(tmp_path / "ramp.png", ramp)
    (image,) = data.from_folder(tmp_path, 16).as_numpy_iterator()
    assert image.dtype == np.float32 and image.min() == -1.0 and image.max() == 1.0
    np.testing.assert_allclose(image[..., 1].ravel(), np.linspace(-1, 1, 256), atol=1e-6)


def test_load_yields_what_arrays_hold():
    images, labels = data.arrays("digits", "test", image_size=28)
    found = epoch(data.load("digits", "test", image_size=28, batch_size=100))
    np.testing.assert_allclose(found[0], images / 127.5 - 1, atol=1e-6)
    assert found[1].dtype == np.int32
    assert np.array_equal(found[1], labels)


def test_shapes_are_known():
    dataset = data.load("digits", batch_size=10, image_size=(12, 9))
    images, labels = dataset.element_spec
    assert images.shape == (10, 12, 9, 1) and images.dtype == "float32"
    assert labels.shape == (10,) and labels.dtype == "int32"
    assert int(dataset.cardinality()) == 143
    assert data.load("digits", labels=False).element_spec.shape == (8, 8, 1)


def test_shuffled_epochs_leave_out_the_incomplete_minibatch_and_ordered_ones_keep_it():
    assert [len(images) for images, _ in data.load("digits", "test", batch_size=100)] == [
        100
    ] * 3 + [60]
    assert [len(images) for images, _ in data.load("digits", batch_size=500)] == [500, 500]
    assert [len(images) for images, _ in data.load("digits", batch_size=500, shuffle=False)] == [
        500,
        500,
        437,
    ]


def test_an_epoch_sees_every_picture_once_in_an_order_of_its_own(photos, memory):
    dataset = data.from_folder(photos, 6)
    first, second = ([numbers(image) for image in dataset] for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(7))
    assert first != second and first != sorted(first)


def test_a_seed_reproduces_the_orders(photos, memory):
    def two_epochs(seed):
        dataset = data.from_folder(photos, 6, batch_size=2, seed=seed)
        return [numbers(epoch(dataset)) for _ in range(2)]

    assert two_epochs(1) == two_epochs(1)
    assert two_epochs(1) != two_epochs(2)


def test_labels_stay_with_their_pictures(photos, memory):
    dataset = data.from_folder(photos, 6, batch_size=2, labels=True)
    assert dataset.class_names == ["cats", "dogs"]
    images, labels = epoch(dataset)
    assert labels.tolist() == [int(number >= 3) for number in numbers(images)]


def test_aligned_pairs_stay_together_shuffled_and_augmented(tmp_path, write_picture, memory):
    for number in range(8):
        pixels = np.zeros((4, 8, 3), np.uint8)
        pixels[:, :4] = np.arange(4)[:, None] + 10 * number  # grows to the right
        pixels[:, 4:] = pixels[:, :4] + 100
        write_picture(tmp_path / "maps" / "train" / f"{number}.png", pixels)
    flip = keras.layers.RandomFlip("horizontal", seed=1)
    dataset = data.load("maps", batch_size=4, augment=flip, data_dir=tmp_path)
    for _ in range(2):
        a, b = epoch(dataset)
        assert a.shape == b.shape == (8, 4, 4, 3)
        np.testing.assert_allclose(b - a, 100 / 127.5, atol=1e-6)
    assert len({tuple(image[0, :, 0]) for image in a}) == 8


def test_unaligned_domains_go_through_the_larger_one(tmp_path, write_picture, memory):
    for part, count in (("trainA", 3), ("trainB", 7)):
        for number in range(count):
            pixels = np.full((4, 4, 3), number, np.uint8)
            write_picture(tmp_path / "horse2zebra" / part / f"{number}.png", pixels)
    dataset = data.load("horse2zebra", batch_size=1, data_dir=tmp_path)
    pairs = set()
    for _ in range(4):
        a, b = (numbers(column) for column in epoch(dataset))
        assert sorted(b) == list(range(7))
        assert sorted(a[:3]) == sorted(a[3:6]) == [0, 1, 2]
        pairs |= set(zip(a, b, strict=True))
    assert len(pairs) > 7  # other partners each epoch
    alone = data.load("horse2zebra", "trainA", shuffle=False, batch_size=3, data_dir=tmp_path)
    assert numbers(epoch(alone)) == [0, 1, 2]


def test_augmentation_is_drawn_afresh_each_epoch(memory):
    def epochs():
        flip = keras.layers.RandomFlip("horizontal", seed=3)
        dataset = data.load("digits", "test", image_size=8, batch_size=60, augment=flip)
        return [epoch(dataset)[0] for _ in range(3)]

    images = data.arrays("digits", "test")[0] / 127.5 - 1
    found = epochs()
    flipped = [np.abs(f - images).max(axis=(1, 2, 3)) > 1e-6 for f in found]
    for one, f in zip(flipped, found, strict=True):
        assert 0.35 < one.mean() < 0.65
        mirrored = np.where(one[:, None, None, None], images[:, :, ::-1], images)
        np.testing.assert_allclose(f, mirrored, atol=1e-6)
    assert not np.array_equal(flipped[0], flipped[1])
    assert not np.array_equal(flipped[1], flipped[2])
    for one, again in zip(found, epochs(), strict=True):
        assert np.array_equal(one, again)


def test_augmentation_of_single_examples(photos):
    dataset = data.from_folder(photos, 6, shuffle=False, augment=lambda image: image[:2] * 0)
    assert [image.shape for image in dataset] == [(2, 6, 3)] * 7


def test_pipelines_hold_pictures_on_the_cpu_for_replicas():
    import tensorflow as tf

    strategy = tf.distribute.MirroredStrategy(["CPU:0"])
    dataset = strategy.experimental_distribute_dataset(data.load("digits", batch_size=10))
    images, _ = next(iter(dataset))
    assert images.shape == (10, 8, 8, 1)


def test_a_picture_that_disappears_during_training_is_named(photos, monkeypatch):
    monkeypatch.setattr(pipeline, "IN_MEMORY", 0)
    gan = keras_gan.GAN(image_shape=(6, 6, 3), seed=0)
    gan.compile()
    dataset = data.from_folder(photos, 6, batch_size=2)
    gan.fit(dataset, verbose=0)
    (photos / "dogs" / "2.png").unlink()
    with pytest.raises(Exception, match=r"Cannot read the picture .*dogs/2\.png: .*No such file"):
        gan.fit(dataset, epochs=2, verbose=0)  # An epoch leaves out one of seven.
    assert all(np.isfinite(weights).all() for weights in gan.get_weights())


def test_unreadable_pictures_are_named_when_their_turn_comes(photos, monkeypatch):
    monkeypatch.setattr(pipeline, "IN_MEMORY", 0)
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(Exception, match=r"Cannot read the picture .*broken\.jpg"):
        epoch(data.from_folder(photos, 6, batch_size=2))


@pytest.mark.parametrize("batch_size", [0, -1, 361])
def test_bad_batch_sizes_are_refused(batch_size):
    with pytest.raises(
        ValueError, match=f"batch_size must lie between 1 and the 360 .* got {batch_size}"
    ):
        data.load("digits", "test", shuffle=True, batch_size=batch_size)


@pytest.mark.slow
def test_anime_faces_as_they_are(data_dir):
    faces = data.load("anime_faces", "test", batch_size=64, data_dir=data_dir)
    (batch,) = faces.take(1).as_numpy_iterator()
    assert batch.shape == (64, 64, 64, 3)
    assert -1.0 <= batch.min() < -0.9 and 0.9 < batch.max() <= 1.0
    assert 0.3 < batch.std() < 0.8
