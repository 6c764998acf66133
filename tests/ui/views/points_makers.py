"""The views of points, with real and with awkward data."""

from __future__ import annotations

import numpy as np

from explorer.ui.theme import Theme
from explorer.ui.views.color_scale import ColorScale
from explorer.ui.views.spray_pad import SprayPad
from explorer.ui.views.stages import StagesView
from explorer.ui.views.travelling import TravellingView


def travelling(theme: Theme, awkward: bool) -> TravellingView:
    rng = np.random.default_rng(0)
    view = TravellingView(theme, 3.0)
    points, arrows = rng.normal(size=(200, 2)), rng.normal(size=(9, 9, 2))
    if awkward:
        points[::3], points[1], arrows[::2], arrows[3] = np.nan, (np.inf, 1e30), np.nan, 1e20
    view.set_data(points)
    view.set_points(points)
    view.set_arrows(np.linspace(-2.7, 2.7, 9), arrows)
    if not awkward:
        view.set_density(np.eye(9), ColorScale("magnitude", 0.0, 1.0))
    view.set_ways([(points[:20], 4), (points[:1], 0)])
    view.set_preview(points[20:40], 99)
    return view


def stages(theme: Theme, awkward: bool) -> StagesView:
    rng = np.random.default_rng(0)
    view = StagesView(theme, 3.0)
    clouds = [rng.normal(size=(50, 2)) for _ in range(8)]
    if awkward:
        clouds[0][:], clouds[1] = np.nan, np.zeros((0, 2))
    view.set_stages(clouds, [f"{t}" for t in range(8)], "t = ")
    view.set_shown(3)
    return view


def spray(theme: Theme, awkward: bool) -> SprayPad:
    view = SprayPad(theme, 3.0, 4000)
    view.set_points(np.zeros((0, 2)) if awkward else np.random.default_rng(0).normal(size=(300, 2)))
    return view
