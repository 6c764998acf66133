"""The attention lab and that of points under a real window manager, with mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.window.conftest import App, boxes_of, poll
from tests.window.seeing import ink, share_changed

pytestmark = pytest.mark.window


@pytest.mark.timeout(300)
def test_a_word_is_clicked_and_a_sentence_typed(start: Callable[[str], App]):
    boxes = boxes_of(
        "attention",
        {
            "text": "box(panel('tokens').text)",
            "arcs": "box(panel('tokens').arcs)",
            "matrix": "box(panel('tokens').matrix)",
            "heads": "box(panel('heads').view)",
            "looks": "box(panel('looks').bars)",
            "cell": "box(panel('cell').products)",
        },
    )
    app = start("attention")
    poll("the stored sentence is there at once", lambda: ink(app.picture(), boxes["heads"]) > 0.3)
    poll("the cell's arithmetic comes with the model", lambda: ink(app.picture(), boxes["cell"]) > 0.01)

    # Another word clicked: arcs, bars and arithmetic follow; the heads stay.
    before = app.picture()
    app.click(boxes["arcs"].at(0.72, 0.92))
    app.point(boxes["text"].at(0.5, 0.5))
    poll("other arcs", lambda: share_changed(before, app.picture(), boxes["arcs"]) > 0.02)
    poll("other bars", lambda: share_changed(before, app.picture(), boxes["looks"]) > 0.005)
    assert share_changed(before, app.picture(), boxes["heads"]) < 0.02

    # The arrow keys go on from there, without anything else having been clicked.
    before = app.picture()
    app.key("Right")
    poll("the next word's arcs", lambda: share_changed(before, app.picture(), boxes["arcs"]) > 0.02)
    poll("the next word's bars", lambda: share_changed(before, app.picture(), boxes["looks"]) > 0.005)

    # Another head: the matrix is another.
    matrix = app.picture()
    app.click(boxes["heads"].at(0.24, 0.08))
    poll("another head", lambda: share_changed(matrix, app.picture(), boxes["matrix"]) > 0.1)

    # A sentence typed: all maps are painted anew.
    app.click(boxes["text"].at(0.3, 0.5))
    app.key("ctrl+a")
    before = app.picture()
    app.type("the keys are on the table")
    poll("all maps follow", lambda: share_changed(before, app.picture(), boxes["heads"]) > 0.02)

    # A word clicked after typing: the arrow keys are the words' again, not the text field's.
    app.click(boxes["arcs"].at(0.45, 0.92))
    app.point(boxes["heads"].at(0.99, 0.99))
    before = app.picture()
    app.key("Right")
    poll("the next word's arcs", lambda: share_changed(before, app.picture(), boxes["arcs"]) > 0.02)
    app.key("ctrl+q")
    code, said = app.end()
    assert code == 0, said
    assert "Traceback" not in said


@pytest.mark.timeout(300)
def test_a_shape_is_sprayed_and_learned(start: Callable[[str], App]):
    boxes = boxes_of(
        "diffusion_points",
        {
            "plane": "box(panel('plane').stage.plane)",
            "pad": "box(panel('distribution').pad)",
            "train": "box(panel('distribution').train)",
            "steps": "box(window.transport.step_label)",
        },
    )
    app = start("diffusion_points")
    poll("the points are there", lambda: ink(app.picture(), boxes["plane"]) > 0.01)
    before = app.picture()
    app.drag(*(boxes["pad"].at(0.3 + 0.1 * i, 0.4 + 0.1 * (i % 2)) for i in range(5)))
    poll("the drops are there", lambda: share_changed(before, app.picture(), boxes["pad"]) > 0.003)
    app.drag(*(boxes["pad"].at(0.7 - 0.1 * i, 0.5 + 0.05 * (i % 2)) for i in range(5)))
    sprayed = app.picture()
    app.click(boxes["train"].at(0.5, 0.5))
    poll("a new run on the drawing", lambda: share_changed(sprayed, app.picture(), boxes["plane"]) > 0.01)
    began = app.picture()
    app.key("space")
    poll("it trains", lambda: share_changed(began, app.picture(), boxes["steps"]) > 0.005)
    poll("the cloud changes", lambda: share_changed(began, app.picture(), boxes["plane"]) > 0.01)
    app.key("ctrl+q")
    code, said = app.end()
    assert code == 0, said
    assert "Traceback" not in said
