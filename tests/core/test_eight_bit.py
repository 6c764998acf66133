"""Weights in eight and ten bits come back within half a step."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.eight_bit import pack, unpack

MATRIX = np.random.default_rng(1).standard_normal((6, 32)).astype(np.float32)


@pytest.mark.parametrize(("bits", "top"), [(8, 127), (10, 511)])
@pytest.mark.parametrize("group", [4, 8, 32])
def test_every_number_comes_back_within_half_a_step(bits: int, top: int, group: int) -> None:
    back = unpack(pack("w", MATRIX, group, bits))["w"]
    largest = np.abs(MATRIX).reshape(6, -1, group).max(axis=2).repeat(group, axis=1)
    assert back.dtype == np.float32
    assert (np.abs(back - MATRIX) <= 0.55 * largest / top + 1e-3 * np.abs(MATRIX)).all()  # a step is a float16


@pytest.mark.parametrize("bits", [8, 10])
def test_zeros_and_signs_are_kept(bits: int) -> None:
    matrix = np.array([[0, 0, 0, 0], [1, -1, 0.5, 0], [-3, 3, 2.9, -2.9]], dtype=np.float32)
    back = unpack(pack("w", matrix, 4, bits))["w"]
    assert (back[0] == 0).all()
    assert (np.sign(back) == np.sign(matrix)).all()
    np.testing.assert_allclose(back, matrix, atol=0.02)


def test_sizes_are_what_the_bits_say() -> None:
    eight, ten = pack("w", MATRIX, 16), pack("w", MATRIX, 16, bits=10)
    assert {name: (array.dtype.name, array.shape) for name, array in eight.items()} == {
        "w": ("int8", (6, 32)),
        "w/scale": ("float16", (6, 2)),
    }
    assert ten["w/fine"].dtype == np.uint8
    assert ten["w/fine"].shape == (6, 8)


def test_what_was_not_packed_is_only_converted() -> None:
    back = unpack({"bias": MATRIX[0].astype(np.float16)})
    np.testing.assert_array_equal(back["bias"], MATRIX[0].astype(np.float16).astype(np.float32))


@pytest.mark.parametrize(("group", "bits"), [(5, 8), (16, 9), (32, 4)])
def test_what_cannot_be_packed_is_refused(group: int, bits: int) -> None:
    with pytest.raises(ValueError, match="cannot be kept"):
        pack("w", MATRIX, group, bits)


def test_parts_that_do_not_fit_are_refused() -> None:
    packed = pack("w", MATRIX, 16)
    with pytest.raises(ValueError, match="shape"):
        unpack(packed | {"w/scale": packed["w/scale"][:, :1].repeat(5, axis=1)})
