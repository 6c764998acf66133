"""The inside of a cell: what there is room for can be read, and nothing lies upon anything else."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from explorer.ui.theme import LIGHT
from explorer.ui.views import cell
from explorer.ui.views.cell import CellView, Diagram, Gate, Inside, Strip
from explorer.ui.views.painting import CENTER, RIGHT, draw_text, text_height, text_width

STATE = np.linspace(-1, 1, 24).astype(np.float32)
GATES = tuple(Gate(name, np.abs(STATE), "lstm") for name in ("input i", "forget f", "candidate g", "output o"))
STRIPS = tuple(Strip(name, STATE) for name in ("c₀", "c₁", "h₀", "h₁"))
LSTM = Inside("lstm", GATES, STRIPS)
RNN = Inside("rnn", GATES[:1], STRIPS[2:], Diagram("<start>", "h₀", "h₁", "tanh"))
INK_SHARE = 0.7
"""The part of a line of text that has ink."""


def texts_of(view: CellView, rect: QRectF, monkeypatch: pytest.MonkeyPatch, draw) -> list[tuple[str, QRectF]]:
    """Every text with the part of its box that holds ink, at the place where it stands in its line."""
    found: list[tuple[str, QRectF]] = []
    original = draw_text

    def spy(painter, box, text, font, color, align=CENTER):
        original(painter, box, text, font, color, align)
        wide, high = text_width(font, text), INK_SHARE * text_height(font)
        left = box.left()
        if align == CENTER:
            left = box.center().x() - wide / 2
        elif align == RIGHT:
            left = box.right() - wide
        found.append((text, QRectF(left, box.center().y() - high / 2, min(wide, box.width()), high)))

    monkeypatch.setattr(cell, "draw_text", spy)
    draw(view, round(rect.width()), round(rect.height()))
    return found


@pytest.mark.parametrize("height", [70, 86, 100, 120, 160, 240])
@pytest.mark.parametrize("inside", [LSTM, RNN], ids=["lstm", "rnn"])
def test_texts_do_not_lie_upon_each_other_in_a_low_panel(
    qtbot: QtBot, draw, monkeypatch: pytest.MonkeyPatch, inside: Inside, height: int
):
    view = CellView(LIGHT)
    qtbot.addWidget(view)
    view.set_inside(inside)
    found = texts_of(view, QRectF(0, 0, 240, height), monkeypatch, draw)
    assert [text for text, _ in found if text in [gate.label for gate in inside.gates]], "the gates are always there"
    for (one, here), (other, there) in combinations(found, 2):
        assert not here.intersects(there), (one, other)
    assert all(box.top() >= 0 and box.bottom() <= height for _, box in found)


@pytest.mark.parametrize(("height", "names"), [(240, "c₀ c₁ h₀ h₁"), (110, "c₁ h₁"), (70, "")])
def test_states_before_the_step_give_way_first(qtbot: QtBot, height: int, names: str):
    view = CellView(LIGHT)
    qtbot.addWidget(view)
    view.set_inside(LSTM)
    strips, gate_px, strip_px = view._fitted(height)
    assert " ".join(strip.name for strip in strips) == names
    assert len(GATES) * gate_px + len(strips) * strip_px <= height + 0.01
