"""The digits: shapes, split, range, and that nobody can write into them."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from explorer.data.digits import Digits, load_digits


@pytest.fixture(scope="module")
def digits() -> Digits:
    return load_digits()


def test_shapes_and_types(digits: Digits) -> None:
    assert digits.train_images.shape == (4500, 28, 28)
    assert digits.train_images.dtype == np.float32
    assert digits.test_images.shape == (500, 28, 28)
    assert digits.test_images.dtype == np.float32
    assert digits.train_labels.shape == (4500,)
    assert digits.train_labels.dtype == np.int64
    assert digits.test_labels.shape == (500,)
    assert digits.test_labels.dtype == np.int64


def test_pixels_fill_the_unit_range(digits: Digits) -> None:
    for images in (digits.train_images, digits.test_images):
        assert images.min() == 0.0
        assert images.max() == 1.0


def test_classes_are_balanced(digits: Digits) -> None:
    assert np.bincount(digits.train_labels).tolist() == [450] * 10
    assert np.bincount(digits.test_labels).tolist() == [50] * 10


def test_no_digit_is_in_both_halves(digits: Digits) -> None:
    train = {image.tobytes() for image in digits.train_images}
    assert not any(image.tobytes() in train for image in digits.test_images)


def test_order_is_shuffled(digits: Digits) -> None:
    assert set(digits.train_labels[:100].tolist()) == set(range(10))


def test_arrays_are_contiguous_and_read_only(digits: Digits) -> None:
    for field in fields(digits):
        array = getattr(digits, field.name)
        assert array.flags.c_contiguous
        assert not array.flags.writeable


def test_digits_are_centred_by_mass(digits: Digits) -> None:
    """MNIST's convention, which a drawn or loaded picture must meet: the centre of mass, rounded, is pixel 14."""
    index = np.arange(28)
    mass = digits.train_images.sum((1, 2))
    for profile in (digits.train_images.sum(2), digits.train_images.sum(1)):
        centre = profile @ index / mass
        assert centre.min() > 13.49
        assert centre.max() < 14.51
