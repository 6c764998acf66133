"""CSV and NPZ: the numbers behind a figure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array


def csv_bytes(data: FigureData) -> bytes:
    """The table as CSV in UTF-8: title and caption as lines that begin with ``#``, names, rows (RFC 4180).

    Numbers have as many digits as it takes to read the very same ones back.

    Raises:
        ValueError: The columns differ in length.
    """
    text = io.StringIO(newline="")
    for line in (data.title, data.provenance.caption()):
        text.write(f"# {_one_line(line)}\r\n")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(data.table)
    writer.writerows(_rows(data.table))
    return text.getvalue().encode("utf-8")


def tsv_text(data: FigureData) -> str:
    """The table as tab-separated text: names and rows, as spreadsheets take it from the clipboard.

    Raises:
        ValueError: The columns differ in length.
    """
    rows = [tuple(data.table), *_rows(data.table)]
    return "\n".join("\t".join(_one_line(cell) for cell in row) for row in rows) + "\n"


def npz_bytes(data: FigureData) -> bytes:
    """Every array by name, with ``title`` and ``caption`` as arrays of no dimension; read without pickle.

    Raises:
        ValueError: An array holds Python objects.
    """
    texts = {"title": np.array(data.title), "caption": np.array(data.provenance.caption())}
    arrays: dict[str, Any] = {name: _plain(name, array) for name, array in data.arrays.items()}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{**texts, **arrays})
    return buffer.getvalue()


def _plain(name: str, array: Array) -> Array:
    if array.dtype.hasobject:
        raise ValueError(f"the array {name} holds Python objects, which only pickle could store")
    return array


def _rows(table: Mapping[str, Column]) -> Iterable[tuple[str, ...]]:
    return zip(*(_cells(column) for column in table.values()), strict=True)


def _cells(column: Column) -> list[str]:
    """Each value as the shortest text that stands for it alone in its own type."""
    return [str(value) for value in column]


def _one_line(text: str) -> str:
    return " ".join(text.split())
