"""GIF: pictures one after the other, added one at a time so that whoever adds them can do other things between."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image
from PySide6.QtGui import QImage

from explorer.core.errors import UserError
from explorer.core.files import write_atomically

MAX_BYTES = 96 * 2**20
MAX_FRAMES = 600
MAX_SIDE_PX = 2_560
FRAME_MS = 80
HOLD_MS = 1_600
"""How long the last picture stays before the film begins again."""
_EXACT = 160
"""Colours of a palette kept exactly: the most frequent ones, so that the ground and the classes never flicker."""
_MAX_COLORS = 65_536
_LONGEST_MS = 600_000

Pixels = NDArray[np.uint32]
"""(H, W), each 0x00RRGGBB: one number a pixel is compared and looked up three times as fast as three."""


@dataclass(frozen=True)
class _Part:
    """What changes with a picture: the pixels, where they go, and for how long."""

    pixels: Pixels
    left: int
    top: int
    duration_ms: int


class GifWriter:
    """Makes a GIF that runs for ever, of pictures of one size. Nothing is on the disk before :meth:`finish`.

    Args:
        path: File to write; what is there is replaced.
        frame_ms: How long each picture is shown; GIF counts in hundredths of a second.
        hold_ms: How long the last one is.
        comment: Text kept in the file.
    """

    def __init__(self, path: Path, *, frame_ms: int = FRAME_MS, hold_ms: int = HOLD_MS, comment: str = "") -> None:
        self._path = path
        self._frame_ms = frame_ms
        self._hold_ms = hold_ms
        self._comment = comment
        self._content = bytearray()
        self._shown: Pixels | None = None
        self._pending: _Part | None = None
        self._n_frames = 0

    @property
    def n_frames(self) -> int:
        """Pictures added."""
        return self._n_frames

    def add(self, image: QImage) -> None:
        """Add a picture; one like the last just keeps it longer.

        Raises:
            UserError: The film is getting too long or too large.
            ValueError: Its size is not that of the first one.
        """
        pixels = packed(image)
        if self._shown is None:
            self._begin(pixels)
            part: _Part | None = _Part(pixels, 0, 0, self._frame_ms)
        elif self._shown.shape != pixels.shape:
            raise ValueError(f"a picture of shape {pixels.shape} in a film of {self._shown.shape}")
        else:
            part = _changed(self._shown, pixels, self._frame_ms)
        self._n_frames += 1
        self._shown = pixels
        self._put(part)
        self._check_size()

    def finish(self) -> None:
        """Write the file.

        Raises:
            UserError: It cannot be written; what was there before is still there.
            ValueError: There are no pictures.
        """
        write_atomically(self._path, self.content())

    def content(self) -> bytes:
        """The whole file, after the last picture.

        Raises:
            ValueError: There are no pictures.
        """
        if self._pending is None:
            raise ValueError("a film needs at least one picture")
        last = replace(self._pending, duration_ms=max(self._pending.duration_ms, self._hold_ms))
        return bytes(self._content) + _encoded(last) + b";"

    def cancel(self) -> None:
        """Forget everything; nothing was written."""
        self._content.clear()
        self._shown = self._pending = None

    def _begin(self, pixels: Pixels) -> None:
        height, width = pixels.shape
        if max(height, width) > MAX_SIDE_PX:
            raise UserError(
                f"A GIF of {width:,} \N{MULTIPLICATION SIGN} {height:,} pixels is too large; "
                f"choose a smaller size or scale, at most {MAX_SIDE_PX:,} pixels a side."
            )
        self._content += b"GIF89a" + struct.pack("<HHBBB", width, height, 0x70, 0, 0)
        self._content += b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
        if self._comment:
            self._content += b"!\xfe" + _blocks(self._comment.encode("utf-8"))

    def _put(self, part: _Part | None) -> None:
        if part is None and self._pending is not None:
            longer = min(_LONGEST_MS, self._pending.duration_ms + self._frame_ms)
            self._pending = replace(self._pending, duration_ms=longer)
            return
        if self._pending is not None:
            self._content += _encoded(self._pending)
        self._pending = part

    def _check_size(self) -> None:
        if len(self._content) > MAX_BYTES or self._n_frames > MAX_FRAMES:
            raise UserError(
                f"The film is getting too large for a GIF ({self._n_frames:,} pictures, "
                f"{len(self._content) / 2**20:,.0f} MB); choose a smaller size or scale."
            )


def gif_bytes(image: QImage, comment: str = "") -> bytes:
    """A GIF of one picture.

    Raises:
        UserError: The picture is too large for a GIF.
    """
    writer = GifWriter(Path(), comment=comment)
    writer.add(image)
    return writer.content()


def packed(image: QImage) -> Pixels:
    """The pixels of an image, a copy."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(plain.constBits(), np.uint32).reshape(plain.height(), plain.bytesPerLine() // 4)
    return np.asarray(rows[:, : plain.width()] & np.uint32(0xFFFFFF), dtype=np.uint32)


def paletted(pixels: Pixels) -> Image.Image:
    """An image of at most 256 colours: the most frequent ones exactly, the others by their nearest."""
    size = (pixels.shape[1], pixels.shape[0])
    image = Image.frombytes("RGB", size, pixels.astype("<u4").tobytes(), "raw", "BGRX")
    counted = image.getcolors(_MAX_COLORS)
    if counted is None:  # a photograph
        return image.quantize(256, Image.Quantize.MEDIANCUT)
    counted.sort(reverse=True)
    colors = np.array([color for _, color in counted], dtype=np.int32)
    palette = colors if len(colors) <= 256 else np.concatenate([colors[:_EXACT], _summary(colors[_EXACT:])])
    table = np.zeros(1 << 24, np.uint8)  # only the pages of colours that occur are ever touched
    table[colors[:, 0] << 16 | colors[:, 1] << 8 | colors[:, 2]] = _nearest(colors, palette)
    result = Image.fromarray(table[pixels])
    result.putpalette(palette.astype(np.uint8).tobytes())
    return result


def _summary(colors: NDArray[np.int32]) -> NDArray[np.int32]:
    """At most 256 - _EXACT colours that stand for many, (N, 3)."""
    strip = Image.fromarray(colors.astype(np.uint8)[None])
    few = strip.quantize(256 - _EXACT, Image.Quantize.MEDIANCUT).getpalette() or []
    return np.array(few, dtype=np.int32).reshape(-1, 3)[: 256 - _EXACT]


def _nearest(colors: NDArray[np.int32], palette: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Index of the closest colour of the palette for each colour, (N,)."""
    found = np.empty(len(colors), np.uint8)
    shades = palette.astype(np.float32)
    for start in range(0, len(colors), 4096):
        some = colors[start : start + 4096].astype(np.float32)
        # |a - b|^2 without |a|^2, which is the same for every b
        away = (shades**2).sum(axis=1) - 2.0 * some @ shades.T
        found[start : start + 4096] = away.argmin(axis=1)
    return found


def _changed(before: Pixels, after: Pixels, duration_ms: int) -> _Part | None:
    """The smallest rectangle that holds every change, or None."""
    different = before != after
    rows, columns = np.flatnonzero(different.any(axis=1)), np.flatnonzero(different.any(axis=0))
    if not len(rows):
        return None
    top, left = int(rows[0]), int(columns[0])
    return _Part(after[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1].copy(), left, top, duration_ms)


def _encoded(part: _Part) -> bytes:
    image = paletted(part.pixels)
    pieces = GifImagePlugin.getdata(
        image, (part.left, part.top), duration=part.duration_ms, disposal=1, include_color_table=True
    )
    content = io.BytesIO()
    for piece in pieces:
        content.write(piece)
    return content.getvalue()


def _blocks(content: bytes) -> bytes:
    parts = [content[i : i + 255] for i in range(0, len(content), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
