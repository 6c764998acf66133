"""Pictures of every kind end as MNIST digits; what is no picture ends as a sentence."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from explorer.core.errors import UserError
from explorer.data.digits import load_digits
from explorer.data.pictures import fit_drawing, load_ink, load_picture


def drawing(size: tuple[int, int] = (200, 160), ink: int = 0, paper: int = 255) -> Image.Image:
    """A thick "7", off centre."""
    picture = Image.new("L", size, paper)
    ImageDraw.Draw(picture).line([(30, 30), (90, 30), (60, 120)], fill=ink, width=14)
    return picture


def centre(image: NDArray[np.float32]) -> tuple[float, float]:
    index = np.arange(28)
    return float(image.sum(1) @ index / image.sum()), float(image.sum(0) @ index / image.sum())


def saved(picture: Image.Image, path: Path, **options: Any) -> Path:
    picture.save(path, **options)
    return path


def largest_difference(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float(np.abs(a - b).max())


@pytest.fixture
def reference(tmp_path: Path) -> NDArray[np.float32]:
    return load_picture(saved(drawing(), tmp_path / "reference.png")).image


def test_meets_the_convention(tmp_path: Path) -> None:
    result = load_picture(saved(drawing(), tmp_path / "seven.png"))
    assert result.image.shape == (28, 28)
    assert result.image.dtype == np.float32
    assert result.image.min() == 0
    assert result.image.max() == 1
    assert max(result.fitted_px) == 20
    assert all(abs(c - 14) <= 0.51 for c in centre(result.image))
    assert result.inverted
    assert (result.width_px, result.height_px) == (200, 160)
    assert not result.image.flags.writeable
    assert not result.thumbnail.flags.writeable


def test_ink_is_cropped_and_the_same_on_a_dark_ground(tmp_path: Path) -> None:
    ink = load_ink(saved(drawing(), tmp_path / "seven.png"))
    assert ink.shape == pytest.approx((104, 75), abs=8)
    assert (ink.min(), ink.max()) == (0, 1)
    assert not ink.flags.writeable
    light = load_ink(saved(drawing(ink=255, paper=0), tmp_path / "light.png"))
    np.testing.assert_allclose(light, ink, atol=1e-6)
    with pytest.raises(UserError, match="is blank"):
        load_ink(saved(Image.new("L", (30, 30), 128), tmp_path / "blank.png"))


def test_box_is_where_the_ink_is(tmp_path: Path) -> None:
    left, top, right, bottom = load_picture(saved(drawing(), tmp_path / "seven.png")).box
    assert left * 200 == pytest.approx(30, abs=2)
    assert right * 200 == pytest.approx(93, abs=6)
    assert top * 160 == pytest.approx(23, abs=2)
    assert bottom * 160 == pytest.approx(122, abs=4)


def test_digits_of_the_data_set_are_a_fixed_point() -> None:
    """Only a stroke without a fully black core, or a centre of mass on a pixel's edge, may change a little."""
    changes = np.array([largest_difference(fit_drawing(digit), digit) for digit in load_digits().test_images])
    assert (changes < 0.15).mean() > 0.99
    assert np.median(changes) < 0.01


def test_a_digit_file_comes_back_unchanged(tmp_path: Path) -> None:
    digit = load_digits().test_images[0]
    result = load_picture(saved(Image.fromarray((digit * 255).round().astype(np.uint8)), tmp_path / "x.png"))
    assert not result.inverted
    assert largest_difference(result.image, digit) < 0.1


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "CMYK", "YCbCr"])
def test_modes_give_the_same_digit(mode: str, tmp_path: Path, reference: NDArray[np.float32]) -> None:
    suffix = "jpg" if mode in ("CMYK", "YCbCr") else "png"
    path = saved(drawing().convert("RGB").convert(mode), tmp_path / f"x.{suffix}", quality=95)
    assert np.abs(load_picture(path).image - reference).mean() < 0.01


def test_one_bit_picture(tmp_path: Path, reference: NDArray[np.float32]) -> None:
    assert largest_difference(load_picture(saved(drawing().convert("1"), tmp_path / "x.png")).image, reference) < 0.1


def test_sixteen_bit_picture(tmp_path: Path, reference: NDArray[np.float32]) -> None:
    deep = Image.fromarray(np.asarray(drawing()).astype(np.uint16) * 257)
    assert largest_difference(load_picture(saved(deep, tmp_path / "x.png")).image, reference) < 0.02


def test_float_tiff(tmp_path: Path, reference: NDArray[np.float32]) -> None:
    floats = Image.fromarray(np.asarray(drawing()).astype(np.float32) - 50)
    assert largest_difference(load_picture(saved(floats, tmp_path / "x.tif")).image, reference) < 0.02


def test_light_on_dark_is_the_same_digit(tmp_path: Path, reference: NDArray[np.float32]) -> None:
    result = load_picture(saved(drawing(ink=255, paper=0), tmp_path / "x.png"))
    assert not result.inverted
    assert largest_difference(result.image, reference) < 0.01


@pytest.mark.parametrize("ink", [0, 255])
def test_ink_on_transparency(ink: int, tmp_path: Path, reference: NDArray[np.float32]) -> None:
    picture = Image.merge("LA", (Image.new("L", (200, 160), ink), drawing(ink=255, paper=0)))
    result = load_picture(saved(picture, tmp_path / "x.png"))
    assert result.inverted == (ink == 0)
    assert largest_difference(result.image, reference) < 0.02


def test_palette_with_transparency(tmp_path: Path, reference: NDArray[np.float32]) -> None:
    picture = drawing().convert("P")
    assert largest_difference(load_picture(saved(picture, tmp_path / "x.gif", transparency=255)).image, reference) < 0.1


def test_exif_orientation_is_obeyed(tmp_path: Path, reference: NDArray[np.float32]) -> None:
    sideways = drawing().transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    result = load_picture(saved(sideways, tmp_path / "x.jpg", exif=exif, quality=95))
    assert (result.width_px, result.height_px) == (200, 160)
    assert largest_difference(result.image, reference) < 0.1


@pytest.mark.parametrize("size", [(100, 80), (1000, 800), (3000, 2400)])
def test_size_does_not_matter(size: tuple[int, int], tmp_path: Path, reference: NDArray[np.float32]) -> None:
    result = load_picture(saved(drawing().resize(size, Image.Resampling.LANCZOS), tmp_path / "x.png"))
    assert (result.width_px, result.height_px) == size
    assert max(result.thumbnail.shape[:2]) <= 256
    assert result.thumbnail.shape[2] == 3
    assert np.abs(result.image - reference).mean() < 0.02


def test_noisy_shaded_paper(tmp_path: Path, reference: NDArray[np.float32]) -> None:
    rng = np.random.default_rng(0)
    shade = np.linspace(-12, 12, 200)[None] + rng.normal(0, 3, (160, 200))
    photo = Image.fromarray(np.clip(np.asarray(drawing(ink=60, paper=200)) + shade, 0, 255).astype(np.uint8))
    assert np.abs(load_picture(saved(photo, tmp_path / "x.jpg")).image - reference).mean() < 0.03


@pytest.mark.parametrize("shape", [(1, 60), (60, 1), (2, 2)])
def test_degenerate_ink_stays_inside(shape: tuple[int, int], tmp_path: Path) -> None:
    pixels = np.zeros((80, 80), np.uint8)
    pixels[10 : 10 + shape[0], 10 : 10 + shape[1]] = 255
    image = load_picture(saved(Image.fromarray(pixels), tmp_path / "x.png")).image
    assert image.shape == (28, 28)
    assert np.isfinite(image).all()
    assert image.max() == 1


@pytest.mark.parametrize("paper", [0, 128, 255])
def test_blank_picture_is_refused(paper: int, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="blank"):
        load_picture(saved(Image.new("L", (40, 40), paper), tmp_path / "x.png"))


def test_single_pixel_is_blank(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="blank"):
        load_picture(saved(Image.new("RGBA", (1, 1)), tmp_path / "x.png"))


def broken_files() -> dict[str, bytes]:
    rng = np.random.default_rng(1)
    return {
        "empty.png": b"",
        "text.png": b"not a picture",
        "random.jpg": rng.bytes(4000),
        "head.png": b"\x89PNG\r\n\x1a\n",
    }


@pytest.mark.parametrize("name", list(broken_files()))
def test_what_is_no_picture_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(broken_files()[name])
    with pytest.raises(UserError, match="no readable picture"):
        load_picture(path)


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_truncated_file_is_refused(suffix: str, tmp_path: Path) -> None:
    path = saved(drawing(), tmp_path / f"x.{suffix}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UserError):
        load_picture(path)


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.png", tmp_path):
        with pytest.raises(UserError):
            load_picture(path)


@pytest.mark.parametrize("side", [7_100, 12_000, 60_000])
def test_bomb_is_refused_before_decoding(side: int, tmp_path: Path) -> None:
    """A PNG header that promises gigapixels, with next to nothing behind it."""
    path = tmp_path / "bomb.png"
    path.write_bytes(png_header(side))
    with pytest.raises(UserError, match="50 million"):
        load_picture(path)


def png_header(side: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    size = side.to_bytes(4, "big")
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + size + bytes([8, 0, 0, 0, 0]))
        + chunk(b"IDAT", zlib.compress(bytes(100)))
        + chunk(b"IEND", b"")
    )


def test_drawing_is_centred() -> None:
    strokes = np.zeros((280, 280), np.float32)
    strokes[20:120, 20:44] = 1
    image = fit_drawing(strokes)
    assert image.shape == (28, 28)
    assert not image.flags.writeable
    assert all(abs(c - 14) <= 0.51 for c in centre(image))
    assert (image > 0.5).any(1).sum() == 20


def test_empty_drawing_is_an_empty_digit() -> None:
    assert not fit_drawing(np.zeros((100, 100), np.float32)).any()


def test_drawing_must_be_a_finite_plane() -> None:
    with pytest.raises(ValueError, match="finite"):
        fit_drawing(np.full((4, 4), np.nan, np.float32))
    with pytest.raises(ValueError, match="finite"):
        fit_drawing(np.zeros((2, 4, 4), np.float32))
