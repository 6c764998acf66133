"""A person's own picture or drawing, brought to the form that MNIST gave its digits.

The recipe is that of LeCun et al. 1998, "Gradient-based learning applied to document recognition", section III.A:
bright ink on a dark ground, cropped to the ink, fitted into 20 x 20 pixels without changing the aspect, then laid
into 28 x 28 so that the centre of mass falls on the middle.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from explorer.core.errors import UserError

SIDE_PX: Final = 28
INK_SIDE_PX: Final = 20
MIDDLE_PX: Final = 14
MAX_PIXELS: Final = 50_000_000
THUMBNAIL_SIDE_PX: Final = 256

_FORMATS: Final = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")
_WORK_SIDE_PX: Final = 1024
_FAINTEST_INK: Final = 0.1
_LEAST_CONTRAST: Final = 0.04
_UNREADABLE: Final = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, struct.error)

_Scalar = TypeVar("_Scalar", bound=np.generic)
Gray = NDArray[np.float32]
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class ScaledPicture:
    """A picture and the steps that made a digit of it.

    Attributes:
        thumbnail: (h, w, 3) uint8, the upright original, longest side at most 256 px; transparency laid on a ground.
        width_px: Width of the upright original.
        height_px: Height of the upright original.
        box: Left, top, right and bottom of the ink, as fractions of width and height in [0, 1].
        inverted: Whether the ink was darker than the ground, so that light and dark were exchanged.
        fitted_px: Width and height of the ink after fitting into 20 x 20.
        image: (28, 28) float32 in [0, 1]; 0 is ground, 1 is ink.
    """

    thumbnail: NDArray[np.uint8]
    width_px: int
    height_px: int
    box: tuple[float, float, float, float]
    inverted: bool
    fitted_px: tuple[int, int]
    image: Gray


def load_picture(path: str | Path) -> ScaledPicture:
    """Read a picture file of any size, mode and orientation, and scale it the way MNIST was.

    Args:
        path: A PNG, JPEG, GIF, BMP, WebP or TIFF file; of several frames the first counts.

    Raises:
        UserError: The file cannot be read, is no picture, has more than 50 million pixels, or is blank.
    """
    path = Path(path)
    picture, size = _decode(path)
    gray = _luminance(picture)
    ink, inverted = _ink(gray)
    box = _ink_box(ink)
    if box is None:
        raise UserError(f"“{path.name}” is blank: choose a picture with one digit that stands out from its ground.")
    height, width = gray.shape
    fitted = _fit(ink, box)
    return ScaledPicture(
        thumbnail=_read_only(_thumbnail(picture, gray)),
        width_px=size[0],
        height_px=size[1],
        box=(box[0] / width, box[1] / height, box[2] / width, box[3] / height),
        inverted=inverted,
        fitted_px=(fitted.shape[1], fitted.shape[0]),
        image=_read_only(_centred(fitted)),
    )


def load_ink(path: str | Path) -> Gray:
    """What stands out from the ground of a picture file, cropped to it: (h, w) float32 in [0, 1], read-only.

    Args:
        path: As in :func:`load_picture`; the longest side is brought down to 1,024 px.

    Raises:
        UserError: The file cannot be read, is no picture, has more than 50 million pixels, or is blank.
    """
    path = Path(path)
    ink, _ = _ink(_luminance(_decode(path)[0]))
    box = _ink_box(ink)
    if box is None:
        raise UserError(f"“{path.name}” is blank: choose a picture in which something stands out from its ground.")
    left, top, right, bottom = box
    return _read_only(ink[top:bottom, left:right])


def fit_drawing(strokes_image: Gray) -> Gray:
    """Crop, fit and centre a drawing as MNIST does.

    Args:
        strokes_image: (H, W) float32 in [0, 1]; 1 is ink.

    Returns:
        (28, 28) float32 in [0, 1], read-only; all zeros for an empty drawing.

    Raises:
        ValueError: Not two-dimensional, or not finite.
    """
    if strokes_image.ndim != 2 or not np.isfinite(strokes_image).all():
        raise ValueError(f"a drawing is a finite (H, W) array, not {strokes_image.shape}")
    ink = np.clip(strokes_image, 0, 1).astype(np.float32)
    box = _ink_box(ink)
    return _read_only(np.zeros((SIDE_PX, SIDE_PX), np.float32) if box is None else _centred(_fit(ink, box)))


def _decode(path: Path) -> tuple[Image.Image, tuple[int, int]]:
    """Open, check the size before a pixel is decoded, decode, turn upright, shrink to a workable size."""
    try:
        with Image.open(path, formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise _too_large(path)
            full_size = opened.size
            opened.draft("RGB", (2 * _WORK_SIDE_PX, 2 * _WORK_SIDE_PX))
            picture = ImageOps.exif_transpose(opened)
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path) from error
    except FileNotFoundError as error:
        raise UserError(f"“{path.name}” is not there any more: choose another picture.") from error
    except (PermissionError, IsADirectoryError) as error:
        raise UserError(f"“{path.name}” cannot be opened: choose a picture file that you may read.") from error
    except _UNREADABLE as error:
        raise UserError(f"“{path.name}” is no readable picture: choose a whole PNG or JPEG file.") from error
    turned = (picture.width > picture.height) != (full_size[0] > full_size[1]) and full_size[0] != full_size[1]
    return _plain(picture), (full_size[1], full_size[0]) if turned else full_size


def _too_large(path: Path) -> UserError:
    return UserError(f"“{path.name}” has more than 50 million pixels: make it smaller and load it again.")


def _plain(picture: Image.Image) -> Image.Image:
    """Any mode to RGB, or to F in [0, 1] for the modes of more than 8 bits; longest side at most 1024 px."""
    if picture.mode.startswith(("I", "F")):
        plain = Image.fromarray(_unit_range(np.asarray(picture)))
    elif picture.has_transparency_data:
        plain = picture.convert("RGBA")
    else:
        plain = picture.convert("RGB")
    plain.thumbnail((_WORK_SIDE_PX, _WORK_SIDE_PX), Image.Resampling.BILINEAR)
    return _on_ground(plain) if plain.mode == "RGBA" else plain


def _unit_range(values: NDArray[np.generic]) -> Gray:
    """16 bit integers by their full range; floats and wider integers by the range that occurs."""
    wide = values.astype(np.float32)
    if values.dtype.kind in "iu" and wide.min() >= 0 and wide.max() <= 65_535:
        return (wide / 65_535).astype(np.float32)
    low, high = wide.min(), wide.max()
    scaled: Gray = ((wide - low) / max(float(high - low), 1e-12)).astype(np.float32)
    return scaled


def _on_ground(picture: Image.Image) -> Image.Image:
    """Lay a transparent picture on white, or on black where what is visible is bright itself."""
    pixels = np.asarray(picture, dtype=np.float32)
    alpha = pixels[..., 3]
    brightness = float((pixels[..., :3].mean(2) * alpha).sum() / max(float(alpha.sum()), 1.0))
    ground = Image.new("RGBA", picture.size, (0, 0, 0, 255) if brightness > 127.5 else (255, 255, 255, 255))
    return Image.alpha_composite(ground, picture).convert("RGB")


def _luminance(picture: Image.Image) -> Gray:
    if picture.mode == "F":
        return np.asarray(picture, dtype=np.float32)
    return np.asarray(picture.convert("L"), dtype=np.float32) / np.float32(255)


def _ink(gray: Gray) -> tuple[Gray, bool]:
    """What differs from the ground, 0 to 1, and whether it was darker than the ground.

    The ground is the median of the outermost pixels; twice their spread is taken for paper and shade, not ink.
    """
    border = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    ground = float(np.median(border))
    inverted = ground - float(gray.min()) > float(gray.max()) - ground
    contrast = (ground - gray) if inverted else (gray - ground)
    strongest = float(contrast.max())
    if strongest < _LEAST_CONTRAST:
        return np.zeros_like(gray), inverted
    floor = min(2.0 * float(np.quantile(np.abs(border - ground), 0.9)), 0.5 * strongest)
    return np.clip((contrast - floor) / (strongest - floor), 0, 1).astype(np.float32), inverted


def _ink_box(ink: Gray) -> Box | None:
    """Left, top, right and bottom (exclusive) of everything that is not faint; None if nothing is."""
    visible = ink > _FAINTEST_INK
    rows, columns = np.flatnonzero(visible.any(1)), np.flatnonzero(visible.any(0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _fit(ink: Gray, box: Box) -> Gray:
    """Cut out the box and scale it so that its longer side is 20 px; the core of the stroke gets full ink."""
    left, top, right, bottom = box
    scale = INK_SIDE_PX / max(right - left, bottom - top)
    size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
    cut = Image.fromarray(np.ascontiguousarray(ink[top:bottom, left:right]))
    fitted = np.asarray(cut.resize(size, Image.Resampling.BILINEAR), dtype=np.float32)
    core = float(np.quantile(fitted[fitted > 0.1 * fitted.max()], 0.75))
    full: Gray = np.clip(fitted / core, 0, 1).astype(np.float32)
    return full


def _centred(fitted: Gray) -> Gray:
    """Lay the ink into 28 x 28 by whole pixels, its centre of mass as near to the middle as it fits."""
    image = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    height, width = fitted.shape
    top, left = _offset(fitted.sum(1)), _offset(fitted.sum(0))
    image[top : top + height, left : left + width] = fitted
    return image


def _offset(profile: Gray) -> int:
    centre = float(profile @ np.arange(len(profile)) / profile.sum())
    return int(np.clip(round(MIDDLE_PX - centre), 0, SIDE_PX - len(profile)))


def _thumbnail(picture: Image.Image, gray: Gray) -> NDArray[np.uint8]:
    shown = Image.fromarray((gray * 255).astype(np.uint8)) if picture.mode == "F" else picture.copy()
    shown.thumbnail((THUMBNAIL_SIDE_PX, THUMBNAIL_SIDE_PX), Image.Resampling.BILINEAR)
    return np.ascontiguousarray(shown.convert("RGB"), dtype=np.uint8)


def _read_only(array: NDArray[_Scalar]) -> NDArray[_Scalar]:
    array.flags.writeable = False
    return array
