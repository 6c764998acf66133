"""The labs of recurrent networks under a real window manager, with mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.window.conftest import App, boxes_of, poll
from tests.window.seeing import ink, share_changed

pytestmark = pytest.mark.window


@pytest.mark.timeout(300)
def test_a_sentence_is_typed_and_read_step_by_step(start: Callable[[str], App]):
    boxes = boxes_of(
        "sequences",
        {
            "network": "box(panel('network').view)",
            "text": "box(panel('try').findChild(__import__('PySide6.QtWidgets').QtWidgets.QLineEdit))",
            "try": "box(panel('try'))",
            "gallery": "box(window.sidebar._buttons['bptt'])",
            "header": "box(window.header)",
            "steps": "box(window.transport.step_label)",
        },
    )
    app = start("sequences")
    poll("the stored run is painted", lambda: ink(app.picture(), boxes["network"]) > 0.02)
    first = app.picture()

    # Through time with the keyboard: another cell lights up.
    app.click(boxes["network"].at(0.97, 0.97))
    before = app.picture()
    app.key("Home")
    poll("the first cell is the active one", lambda: share_changed(before, app.picture(), boxes["network"]) > 0.002)

    # Another sentence, typed: the live model reads it, unknown words and all.
    def answered() -> bool:
        app.click(boxes["text"].at(0.3, 0.5))
        app.key("ctrl+a")
        app.type("the zorblax was not bad at all")
        app.key("Return")
        app.point(boxes["header"].at(0.5, 0.1))
        return share_changed(first, app.picture(), boxes["network"]) > 0.02

    poll("the network reads what was typed", answered)

    # The gallery brings the other lab to the front, and the first one comes back.
    typed = app.picture()
    app.click(boxes["gallery"].at(0.5, 0.5))
    poll("the other lab is there", lambda: share_changed(typed, app.picture(), boxes["network"]) > 0.05)
    app.key("space")
    poll("it trains", lambda: share_changed(typed, app.picture(), boxes["steps"]) > 0.005)
    app.key("ctrl+q")
    code, said = app.end()
    assert code == 0, said
    assert "Traceback" not in said


@pytest.mark.timeout(300)
def test_three_cells_train_and_the_clip_line_is_dragged(start: Callable[[str], App]):
    boxes = boxes_of(
        "bptt",
        {
            "film": "box(panel('gradient').view)",
            "now": "box(panel('now').view)",
            "form": "box(window.form)",
            "steps": "box(window.transport.step_label)",
            "spectrum": "box(panel('spectrum').view)",
        },
    )
    app = start("bptt")
    poll("the stored film is painted", lambda: ink(app.picture(), boxes["film"]) > 0.05)
    stored = app.picture()

    # From scratch, and train: film, norms and eigenvalues move.
    def again() -> bool:
        app.key("ctrl+r")
        return share_changed(stored, app.picture(), boxes["film"]) > 0.05

    poll("the run began again", again)
    began = app.picture()
    app.key("space")

    def moved(place: str) -> bool:
        return share_changed(began, app.picture(), boxes[place]) > 0.002

    for place in ("steps", "film", "spectrum"):
        poll(f"{place} moves", partial(moved, place))

    # The picture in use listens to the keyboard while training: the threshold goes down.
    app.click(boxes["now"].at(0.3, 0.9))
    app.key("shift+Down", "shift+Down", "shift+Down", "shift+Down")
    app.key("space")

    def still() -> bool:
        one, other = app.picture(), app.picture()
        return all(share_changed(one, other, boxes[name]) == 0 for name in ("film", "now", "steps"))

    poll("the window is at rest", still)
    before = app.picture()
    app.key("ctrl+z")
    poll("undo takes the threshold back", lambda: share_changed(before, app.picture(), boxes["form"]) > 0.0001)
    app.key("ctrl+q")
    code, said = app.end()
    assert code == 0, said
    assert "Traceback" not in said
