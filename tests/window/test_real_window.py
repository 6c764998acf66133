"""The app under a real window manager: started as a subprocess, used with the mouse and the keyboard, watched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.window.conftest import SIZE, App, Box, Pixels, poll
from tests.window.seeing import ink, share_changed

pytestmark = pytest.mark.window

Boxes = dict[str, Box]


def drag_until_decoded_changes(app: App, boxes: Boxes, start: tuple[float, float], end: tuple[float, float]) -> Pixels:
    """Drag the probe until another picture comes back: at first the model is still being loaded."""
    the_map = boxes["map"]
    seen: list[Pixels] = []
    app.point(boxes["header"].at(0.5, 0.1))
    before = app.picture()

    def other_picture() -> bool:
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        app.drag(the_map.at(*start), the_map.at(*middle), the_map.at(*end))
        app.point(boxes["header"].at(0.5, 0.1))
        seen[:] = [app.picture()]
        return share_changed(before, seen[0], boxes["decoded"]) > 0.03

    poll("the decoded picture changes", other_picture)
    return seen[0]


@pytest.mark.timeout(300)
def test_train_drag_and_quit_with_mouse_and_keyboard(app: App, boxes: Boxes, tmp_path: Path):
    poll("the stored run is painted", lambda: ink(app.picture(), boxes["map"]) > 0.02)
    first = app.picture()
    assert first.shape[:2] == SIZE[::-1]
    assert ink(first, boxes["decoded"]) > 0.02
    assert ink(first, boxes["manifold"]) > 0.02

    # The probe is dragged: ring and decoded picture follow.
    dragged = drag_until_decoded_changes(app, boxes, (0.5, 0.5), (0.2, 0.75))
    assert share_changed(first, dragged, boxes["map"]) > 0.0005
    back = drag_until_decoded_changes(app, boxes, (0.2, 0.75), (0.8, 0.25))
    assert share_changed(dragged, back, boxes["decoded"]) > 0.03

    # Space trains: the points move and the steps are counted.
    app.key("space")
    poll("steps are counted", lambda: share_changed(back, app.picture(), boxes["steps"]) > 0.005)
    poll("the points move", lambda: share_changed(back, app.picture(), boxes["map"]) > 0.01)

    # The probe can be dragged meanwhile.
    drag_until_decoded_changes(app, boxes, (0.8, 0.25), (0.3, 0.3))

    # Space pauses: everything comes to rest.
    app.key("space")

    def still() -> bool:
        one, other = app.picture(), app.picture()
        return all(share_changed(one, other, boxes[name]) == 0 for name in ("map", "steps", "decoded"))

    poll("the window is at rest", still)

    # From scratch, it is another map.
    rested = app.picture()
    app.key("ctrl+r")
    poll("the run began again", lambda: share_changed(rested, app.picture(), boxes["map"]) > 0.05)

    app.key("ctrl+q")
    code, said = app.end()
    assert code == 0, said
    assert "Traceback" not in said
    assert list(tmp_path.rglob("window.ini"))


@pytest.mark.timeout(120)
def test_closed_by_its_window_manager_at_once_it_ends_well(app: App):
    app.key("alt+F4")
    code, said = app.end()
    assert code == 0, said
    assert "Traceback" not in said
    assert "QThread" not in said
