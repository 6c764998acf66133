"""Large weights kept in eight bits, or ten: rounded to small integers, with a scale for every few numbers of a row.

A matrix W of R rows and C columns becomes, in groups of G columns::

    name          int8     (R, C)        whole numbers q in -127..127, or -128..127 where there are finer parts
    name/scale    float16  (R, C / G)    the step s of each group; W is about q s
    name/fine     uint8    (R, C / 4)    ten bits only: four finer parts f in 0..3; W is about (4 q + f) s

Everything else in such a file is kept as it is, or in float16. :func:`pack` and :func:`unpack` are the two ways;
:func:`read_packed` reads a file that ships with the app.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import UserError

Floats = NDArray[np.float32]
Packed = dict[str, NDArray[Any]]

SCALE: Final = "/scale"
FINE: Final = "/fine"
_TOP: Final = {8: 127, 10: 511}
_PLACES: Final = np.array([0, 2, 4, 6], dtype=np.uint8)


def pack(name: str, matrix: Floats, group: int, bits: int = 8) -> Packed:
    """Round a matrix to whole steps.

    Args:
        name: What its arrays are called.
        matrix: (R, C) float32.
        group: Columns that share a step; divides C.
        bits: 8 or 10; for ten, C is a multiple of 4.

    Returns:
        The arrays by name, as in the module's table.

    Raises:
        ValueError: The columns do not make whole groups, or the bits are others.
    """
    R, C = matrix.shape
    if C % group or bits not in _TOP or (bits == 10 and C % 4):
        raise ValueError(f"{C} columns cannot be kept in groups of {group} with {bits} bits")
    top = _TOP[bits]
    groups = matrix.reshape(R, C // group, group)
    scale = (np.abs(groups).max(axis=2) / top).astype(np.float16)  # (R, C / G)
    steps = np.where(scale > 0, scale, 1).astype(np.float32)[:, :, None]
    whole = np.clip(np.round(groups / steps), -top, top).astype(np.int16).reshape(R, C)
    if bits == 8:
        return {name: whole.astype(np.int8), name + SCALE: scale}
    fine = (whole & 3).astype(np.uint8).reshape(R, C // 4, 4) << _PLACES  # each in its place of a byte
    return {
        name: (whole >> 2).astype(np.int8),
        name + SCALE: scale,
        name + FINE: np.bitwise_or.reduce(fine, axis=2),
    }


def unpack(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Floats]:
    """All weights of a packed file in float32, by name; what was not packed is only converted.

    Raises:
        ValueError: The arrays of one matrix do not fit together.
    """
    names = [name for name in arrays if not name.endswith((SCALE, FINE))]
    return {name: _unpacked(arrays, name) for name in names}


def read_packed(path: Path) -> dict[str, Floats]:
    """The weights of a packed safetensors file, by name, in float32.

    Raises:
        UserError: The file is missing or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return unpack(load_file(path))
    except (OSError, SafetensorError, ValueError) as error:
        raise UserError(f"{path.name} is missing or damaged; install the app again.") from error


def _unpacked(arrays: Mapping[str, NDArray[Any]], name: str) -> Floats:
    whole, scale, fine = arrays[name], arrays.get(name + SCALE), arrays.get(name + FINE)
    if scale is None:
        return np.asarray(whole, dtype=np.float32)
    R, C = whole.shape
    steps = scale.astype(np.float32)[:, :, None]
    out = whole.astype(np.float32)
    if fine is not None:
        out *= 4
        parts = out.reshape(R, C // 4, 4)
        for place, shift in enumerate(_PLACES):
            parts[:, :, place] += (fine >> shift) & 3
    groups = out.reshape(R, scale.shape[1], -1)
    groups *= steps
    return out
