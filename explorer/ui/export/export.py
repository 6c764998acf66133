"""Figures into files: the ending of the name chooses the format, and no file is lost on the way."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from explorer.core.errors import UserError
from explorer.core.files import write_atomically, write_error
from explorer.ui.export.figure import ExportOptions
from explorer.ui.export.gif import gif_bytes
from explorer.ui.export.numbers import csv_bytes, npz_bytes
from explorer.ui.export.pdf import pdf_bytes
from explorer.ui.export.png import png_bytes, render_image
from explorer.ui.export.svg import svg_bytes
from explorer.ui.panel import FigureSource

Writer = Callable[[FigureSource, ExportOptions], bytes]

WRITERS: Mapping[str, Writer] = {
    ".png": png_bytes,
    ".svg": svg_bytes,
    ".pdf": pdf_bytes,
    ".csv": lambda source, _: csv_bytes(source.figure_data()),
    ".npz": lambda source, _: npz_bytes(source.figure_data()),
    ".gif": lambda source, options: gif_bytes(render_image(source, options)),
}
SUFFIXES: tuple[str, ...] = tuple(WRITERS)


def export_figure(
    source: FigureSource, path: Path, options: ExportOptions | None = None, *, overwrite: bool = False
) -> None:
    """Write a figure in the format that the name ends with.

    A GIF written here shows the one step that is on the screen; :mod:`explorer.ui.export.film` makes those that move.

    Args:
        source: The picture and its numbers.
        path: File to write.
        options: How; the numbers have none.
        overwrite: Whether a file that is there may be replaced.

    Raises:
        UserError: The file cannot be written or may not be replaced; what was there before is still there.
    """
    writer = WRITERS[suffix_of(path)]
    check_target(path, overwrite=overwrite)
    write_atomically(path, writer(source, options or ExportOptions()))


def suffix_of(path: Path) -> str:
    """The known ending of a file name, in small letters.

    Raises:
        UserError: It is not known; the sentence lists those that are.
    """
    suffix = path.suffix.lower()
    if suffix not in WRITERS:
        known = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        found = f"{path.suffix} is not a format that can be written" if path.suffix else f"{path.name} has no ending"
        raise UserError(f"{found}; end the file name with {known}.")
    return suffix


def check_target(path: Path, *, overwrite: bool) -> None:
    """Find out before long work whether a file can be written.

    Raises:
        UserError: It cannot, or it is there and may not be replaced.
    """
    if path.is_dir():
        raise write_error(path, IsADirectoryError(errno.EISDIR, "is a folder"))
    if path.exists() and not overwrite:
        raise UserError(f"{path} exists already; choose another name, or say that it may be replaced.")
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise write_error(path, error) from error
