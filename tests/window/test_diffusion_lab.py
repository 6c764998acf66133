"""The diffusion lab under a real window manager, with mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.window.conftest import App, boxes_of, poll
from tests.window.seeing import ink, share_changed

pytestmark = pytest.mark.window


@pytest.mark.timeout(300)
def test_a_film_is_gone_through_and_painted_on(start: Callable[[str], App]):
    boxes = boxes_of(
        "diffusion",
        {
            "canvas": "box(panel('reverse').stage.canvas)",
            "strip": "box(panel('reverse').strip)",
            "paint": "box(panel('reverse').transport.paint)",
            "words": "box(panel('reverse').transport)",
            "noisy": "box(panel('forward').noisy)",
            "samples": "box(panel('samples'))",
            "steps": "box(window.transport.step_label)",
        },
    )
    app = start("diffusion")
    poll("the film is there", lambda: ink(app.picture(), boxes["strip"]) > 0.1)

    def still() -> bool:
        one, other = app.picture(), app.picture()
        return all(share_changed(one, other, boxes[name]) == 0 for name in ("canvas", "strip", "words"))

    poll("the film is complete", still)

    # By the strip back to noise, by the keyboard a step on: the other panel follows.
    before = app.picture()
    app.click(boxes["strip"].at(0.06, 0.3))
    poll("noise is shown", lambda: share_changed(before, app.picture(), boxes["canvas"]) > 0.2)
    poll("the time is the same elsewhere", lambda: share_changed(before, app.picture(), boxes["noisy"]) > 0.05)
    noise = app.picture()
    app.key("Right", "Right")
    poll("two steps on", lambda: share_changed(noise, app.picture(), boxes["words"]) > 0.0005)

    # Painted on in the middle: a branch goes on from there.
    app.click(boxes["strip"].at(0.6, 0.3))
    app.click(boxes["paint"].at(0.5, 0.5))
    poll("it can be painted on", still)
    clean = app.picture()
    app.drag(boxes["canvas"].at(0.2, 0.2), boxes["canvas"].at(0.5, 0.25), boxes["canvas"].at(0.8, 0.2))
    poll("the stroke is there", lambda: share_changed(clean, app.picture(), boxes["canvas"]) > 0.01)
    poll("the branch's film", lambda: share_changed(clean, app.picture(), boxes["strip"]) > 0.002)

    # Train: samples change, and the window closes in the middle of it.
    poll("the branch is complete", still)
    drawn = app.picture()
    app.key("ctrl+r")
    poll("the run began again", lambda: share_changed(drawn, app.picture(), boxes["steps"]) > 0.005)
    began = app.picture()
    app.key("space")
    poll("samples change while it trains", lambda: share_changed(began, app.picture(), boxes["samples"]) > 0.02)
    app.key("ctrl+q")
    code, said = app.end()
    assert code == 0, said
    assert "Traceback" not in said
