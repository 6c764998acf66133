"""A text file as a line of text, whatever wrote it."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

from explorer.core.errors import UserError

MOST_BYTES: Final = 1_000_000
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_text(path: Path) -> str:
    """The words of a file, with single blanks between them.

    UTF-8 and UTF-16 are told apart by their marks; what is neither is read as Windows' Western encoding.

    Raises:
        UserError: It cannot be read, is larger than 1 MB, or is no text.
    """
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise UserError(f"“{path.name}” cannot be read: {error.strerror or error}.") from error
    if size > MOST_BYTES:
        raise UserError(f"“{path.name}” is larger than 1 MB: choose a shorter text.")
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\0" in text:
        raise UserError(f"“{path.name}” is no text file: choose one that a text editor can show.")
    return " ".join(text.split())
