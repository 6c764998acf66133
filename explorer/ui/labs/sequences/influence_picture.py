"""A picture under a veil whose colours say how much each pixel, or row, matters."""

from __future__ import annotations

import numpy as np

from explorer.core.frames import Array
from explorer.ui.views.color_scale import ColorScale
from explorer.ui.views.picture import PictureView
from explorer.ui.views.ticks import reading

_LEAST_VEIL, _MOST_VEIL = 0.25, 0.85


class InfluencePicture(PictureView):
    """The number under the pointer is the influence, not the pixel."""

    _norms: Array | None = None
    _by_row = False

    def set_rows(self, by_row: bool) -> None:
        """Whether all pixels of a row have one number."""
        self._by_row = by_row

    def set_influence(self, picture: Array, norms: Array | None, scale: ColorScale | None) -> None:
        """Lay colours over a picture.

        Args:
            picture: (H, W) with 1 for ink, or (H, W, 3) in colours, in [0, 1].
            norms: (H, W), or None to show the bare picture.
            scale: Which colours stand for which norms.
        """
        self._norms = norms
        gray = picture.mean(axis=2) if picture.ndim == 3 else 1.0 - picture
        if norms is None or scale is None:
            self.set_image(picture if picture.ndim == 3 else np.repeat(gray[:, :, None], 3, axis=2), "rgb", (0.0, 1.0))
            return
        share = np.clip((norms - scale.lo) / (scale.hi - scale.lo), 0.0, 1.0)[:, :, None]
        veil = _LEAST_VEIL + (_MOST_VEIL - _LEAST_VEIL) * share
        colors = scale.pixels(norms, self.theme).astype(np.float32) / 255
        self.set_image((1 - veil) * gray[:, :, None] + veil * colors, "rgb", (0.0, 1.0))

    def _reading(self) -> str:
        if self._pixel is None or self._norms is None or not self._norms.size:
            return ""
        row, column = self._pixel
        where = f"row {row + 1}" if self._by_row else f"row {row}, column {column}"
        return f"{where}: {reading(float(self._norms[row, column]))}"
