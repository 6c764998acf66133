"""The lab's two main pictures and what it says of them."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt

from explorer.core.figures import Provenance
from explorer.specs.bptt import EXPLODING, SPEC, TRACKS, VANISHING, BpttParams, n_steps_of
from explorer.ui.labs.bptt.gradient_panel import GradientPanel
from explorer.ui.labs.bptt.meaning_panel import MeaningPanel
from explorer.ui.labs.bptt.now_panel import NowPanel
from explorer.ui.labs.bptt.sentences import sentences
from explorer.ui.labs.bptt.slopes import back_per_ten, slope
from explorer.ui.panel import Panel
from explorer.ui.theme import LIGHT, load_fonts
from tests.ui.views.drawn import svg_texts

P = TypeVar("P", bound=Panel)
WIDE, LOW = QSize(860, 560), QSize(1160, 200)


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp) -> None:
    load_fonts()


def where(panel: str) -> Provenance:
    return Provenance("Gradients in time", panel, "T = 80", 1, 320, "0")


def made(kind: type[P], name: str, qtbot) -> P:
    panel = kind(SPEC.panel(name), LIGHT, where)
    qtbot.addWidget(panel)
    return panel


def decades(rnn: float, c: float = 0.0, h: float = 0.0, gru: float = 0.0, n: int = 81) -> np.ndarray:
    """Norms that go from 10 to these powers at the first time to 0.1 at the last, (4, n)."""
    ends = np.array([[rnn], [c], [h], [gru]])
    return (0.1 * 10.0 ** (ends * np.linspace(1, 0, n))).astype(np.float32)


def film(n_rows: int = 30) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = np.log10(decades(-6, -0.5, -2, 0.4)).astype(np.float16)
    return np.repeat(rows[None], n_rows, axis=0), 10 * np.arange(n_rows), np.zeros(n_rows, np.int64)


def said(norms: np.ndarray, params: BpttParams | None = None, **accuracy: float) -> str:
    found = sentences(norms, params or BpttParams(), accuracy)
    return plain(["".join(text for text, _ in paragraph) for paragraph in found])


def plain(paragraphs: list[str]) -> str:
    return " ".join(paragraphs).replace("\N{NO-BREAK SPACE}", " ")


# Slopes --------------------------------------------------------------------------------------------------------------


def test_slope_is_that_of_the_least_squares_line():
    rng = np.random.default_rng(0)
    norms = 10 ** (0.08 * np.arange(80) - 7 + rng.normal(0, 0.3, 80))
    assert slope(norms) == pytest.approx(np.polyfit(np.arange(80), np.log10(norms), 1)[0])
    assert back_per_ten(norms) == pytest.approx(-10 * slope(norms))


def test_slope_leaves_out_what_has_no_logarithm():
    t = np.arange(60.0)
    norms = 10 ** (0.05 * t - 3)
    norms[:20], norms[30] = 0, np.inf
    assert slope(norms) == pytest.approx(0.05)
    assert math.isnan(slope(np.zeros(9)))
    assert math.isnan(slope(np.ones(1)))


# Gradient through time -----------------------------------------------------------------------------------------------


def test_both_paths_of_the_lstm_are_shown_c_first_until_one_is_chosen(qtbot):
    panel = made(GradientPanel, "gradient", qtbot)
    panel.set_film(*film())

    def strips() -> list[str]:
        return [text for text in svg_texts(panel.view, WIDE).splitlines() if text.startswith("∂L")]

    assert strips() == ["∂L/∂h", "∂L/∂c, its memory", "∂L/∂h, its state", "∂L/∂h"]
    panel.states.choose("c")
    assert strips() == ["∂L/∂h", "∂L/∂c, its memory", "∂L/∂h"]
    panel.states.choose("h")
    assert strips() == ["∂L/∂h", "∂L/∂h, its state", "∂L/∂h"]


def test_each_strip_shows_its_own_track(qtbot):
    panel = made(GradientPanel, "gradient", qtbot)
    panel.set_film(*film())
    firsts = [float(panel.view.reading(strip, 3, 0).split("= ")[1].replace("−", "-")) for strip in range(4)]
    assert firsts == pytest.approx(decades(-6, -0.5, -2, 0.4)[:, 0].tolist(), rel=0.06)
    panel.states.choose("h")
    assert panel.view.reading(1, 3, 0).endswith("= 0.0010")


def test_accuracies_stand_once_per_cell(qtbot):
    panel = made(GradientPanel, "gradient", qtbot)
    panel.set_film(*film())
    panel.set_accuracy({"rnn": 24.3, "lstm": 99.7, "gru": 100.0})
    shown = [text for text in svg_texts(panel.view, WIDE).splitlines() if text.endswith("right") and "%" in text]
    assert shown == ["24 % right", "100 % right", "100 % right"]


@pytest.mark.parametrize(
    ("task", "words"), [("remember", "symbol"), ("adding", "sum asked"), ("copy", "to be repeated")]
)
def test_the_task_says_where_it_reads_and_asks(qtbot, task, words):
    params = BpttParams(task=task, delay=30)
    panel = made(GradientPanel, "gradient", qtbot)
    n = n_steps_of(params)
    panel.set_film(np.zeros((5, 4, n), np.float16), np.arange(5), np.zeros(5, np.int64))
    panel.set_task(params)
    assert words in svg_texts(panel.view, WIDE).splitlines()


def test_fixed_colours_make_runs_comparable(qtbot):
    panel = made(GradientPanel, "gradient", qtbot)
    panel.set_film(*film())
    assert {"10⁻⁷", "10⁰"} <= set(svg_texts(panel.view, WIDE).splitlines())
    panel.scales.choose("fixed")
    assert {"10⁻¹⁰", "10²"} <= set(svg_texts(panel.view, WIDE).splitlines())


def test_the_button_shows_everything_again(qtbot):
    panel = made(GradientPanel, "gradient", qtbot)
    panel.set_film(*film())
    assert not panel.whole.isEnabled()
    panel.view.zoom("times", 0.5)
    assert panel.whole.isEnabled()
    qtbot.mouseClick(panel.whole, Qt.MouseButton.LeftButton)
    assert not panel.view.is_zoomed
    assert not panel.whole.isEnabled()


def test_figure_data_holds_every_norm_shown(qtbot):
    panel = made(GradientPanel, "gradient", qtbot)
    values, steps, cuts = film(3)
    panel.set_film(values, steps, cuts)
    table = panel.figure_data().table
    assert len(table["t"]) == 3 * 4 * 81
    step, time, track, value = (np.asarray(table[name]) for name in ("step", "t", "track", "log10 of the norm"))
    assert value[(step == 20) & (time == 5) & (track == "lstm/h")].tolist() == [values[2, 2, 4]]
    assert panel.figure_data().arrays["film"] is values


# Now -----------------------------------------------------------------------------------------------------------------


def test_now_shows_slopes_and_definitions(qtbot):
    panel = made(NowPanel, "now", qtbot)
    panel.set_norms(decades(-8, 0.4, -2.4), 320)
    panel.set_clip(1.0)
    shown = set(svg_texts(panel.view, LOW).splitlines())
    assert {"RNN", "LSTM c", "LSTM h", "GRU", "−1.00", "0.05", "−0.30", "0.00"} <= shown
    assert {"vanishing: below 10⁻⁵ of the curve’s own last step", "clip the weights’ gradient at 1.00"} <= shown
    assert panel.subtitle == "the same norms at step 320, on a logarithmic axis"


def test_the_clipping_line_comes_goes_and_is_heard(qtbot):
    panel = made(NowPanel, "now", qtbot)
    panel.set_norms(decades(-8), 320)
    panel.set_clip(None)
    assert "clip" not in svg_texts(panel.view, LOW)
    panel.set_clip(2.0)
    with qtbot.waitSignal(panel.clip_moved) as moved:
        qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    assert moved.args == [pytest.approx(2 * 10**-0.05, rel=0.01), True]


def test_the_numbers_behind_now(qtbot):
    panel = made(NowPanel, "now", qtbot)
    norms = decades(-8, 1, -2)
    panel.set_norms(norms, 320)
    table = panel.figure_data().table
    assert list(table) == ["t", *(f"norm {track}" for track in TRACKS)]
    np.testing.assert_array_equal(np.asarray(table["norm lstm/h"]), norms[2])
    assert np.asarray(table["t"]).tolist() == list(range(1, 82))


# What it means -------------------------------------------------------------------------------------------------------


def test_sentences_follow_the_numbers():
    text = said(decades(-8.5, 0.3, -3, -0.2), rnn=13.0, lstm=100.0, gru=99.4)
    assert "the RNN’s gradient shrinks over 10⁸-fold: it vanishes" in text
    assert "LSTM and GRU keep theirs within a factor of 2.0." in text
    assert "The RNN is near chance: 13 % right; guessing gives 12.5 %." in text
    assert "LSTM and GRU have learned the task: 100 % and 99 % right." in text


def test_other_numbers_other_sentences():
    text = said(decades(3.5, -6, 0, 0), rnn=96.0, lstm=60.0, gru=12.0)
    assert "the RNN’s gradient grows over 10³-fold: it explodes" in text
    assert "The LSTM’s gradient shrinks over 10⁶-fold: it vanishes" in text
    assert "The GRU keeps its own within a factor of 1.0." in text
    assert "The LSTM is above chance: 60 % right." in text
    assert "The RNN has learned the task: 96 % right." in text


@pytest.mark.parametrize("power", np.linspace(-7.1, 4.9, 25))
def test_vanishing_and_exploding_are_said_by_their_definition(power):
    text, factor = said(decades(power, 0, 0, 0)), 10**power
    assert ("vanishes" in text) == (factor < VANISHING * 0.999)
    assert ("explodes" in text) == (factor > EXPLODING * 1.001)


def test_gradients_that_all_arrive_are_said_in_one_whole_sentence():
    assert said(decades(0.1)).startswith("RNN, LSTM and GRU keep their gradients within a factor of 1.3 from the last")


def test_what_lost_a_hundredfold_is_not_said_to_keep_its_size():
    text = said(decades(-4.5, 2.5, 0, 0))
    assert "the RNN’s gradient shrinks over 10⁴-fold, and has not vanished yet." in text
    assert "The LSTM’s gradient grows over 10²-fold, and has not exploded yet." in text
    assert "The GRU keeps its own within a factor of 1.0." in text
    assert "vanish" not in said(decades(-1.9)) + said(decades(1.9))


def test_a_gradient_that_dies_in_one_cell_is_not_called_cut_off():
    norms = decades(-1)
    norms[0, :70] = 0
    assert said(norms).startswith("The gradient of RNN dies out on the way: the first 70 of 81 time steps get exactly")
    assert "cut" not in said(norms)
    norms[:, :50] = 0
    assert "The gradients of LSTM and GRU are cut off: the first 50 of 81" in said(norms)
    assert "RNN dies out on the way: the first 70 of 81" in said(norms)


def test_worse_than_guessing_is_not_near_chance():
    params = BpttParams(task="adding")
    assert "The LSTM is below chance: 7 % right; guessing gives 19 %." in said(decades(-8), params, lstm=7.0)
    both = said(decades(-8), params, rnn=21.0, lstm=7.0)
    assert "The LSTM is below chance: 7 % right. The RNN is near chance: 21 % right; guessing gives 19 %." in both


def test_the_lstms_long_path_is_its_memory():
    assert "LSTM’s gradient" not in said(decades(0, 0, -9, 0))
    assert "LSTM’s gradient" in said(decades(0, -9, 0, 0))


def test_truncated_tiny_and_broken_gradients():
    norms = decades(-1)
    norms[:, :50] = 0
    assert "the first 50 of 81 time steps get exactly none" in said(norms)
    assert "the RNN’s gradient shrinks below the smallest number of 32 bits" in said(decades(-80))
    assert "cut" not in said(decades(-80))
    norms[3, 60] = np.nan
    assert "The gradient of GRU is not a finite number" in said(norms)


@pytest.mark.parametrize(("task", "guess"), [("remember", "12.5 %"), ("copy", "12.5 %"), ("adding", "19 %")])
def test_guessing_is_that_of_the_task(task, guess):
    assert f"guessing gives {guess}." in said(decades(-8), BpttParams(task=task), rnn=5.0)


def test_nothing_is_said_of_what_is_not_known(qtbot):
    assert said(np.zeros((4, 0), np.float32)) == ""
    assert "chance" not in said(decades(-8))
    assert "right" not in said(decades(-8), rnn=math.nan)


def test_the_meaning_is_wrapped_text(qtbot):
    panel = made(MeaningPanel, "meaning", qtbot)
    panel.set_norms(decades(-8.5, 0.3, -3, -0.2), BpttParams(), {"rnn": 13.0, "lstm": 100.0, "gru": 99.4})
    shown = svg_texts(panel.view, QSize(320, 200))
    assert "…" not in shown
    assert len(shown.splitlines()) > 6
    words = " ".join(shown.split())
    assert words.replace("RNN ’", "RNN’") == plain(panel.view.text())
    assert panel.figure_data().table["sentence"] == panel.view.text()


@pytest.mark.parametrize("height", [20, 40, 60, 80, 100, 200])
def test_where_there_is_too_little_room_only_whole_sentences_stand(qtbot, height):
    panel = made(MeaningPanel, "meaning", qtbot)
    panel.set_norms(decades(-8.5, 0.3, -3, -0.2), BpttParams(), {"rnn": 13.0, "lstm": 100.0, "gru": 99.4})
    whole = plain(panel.view.text())
    shown = " ".join(svg_texts(panel.view, QSize(260, height)).split()).replace("RNN ’", "RNN’")
    assert whole.startswith(shown.removesuffix(" …"))
    assert shown.removesuffix(" …").endswith(".")
    assert (shown == whole) == ("…" not in shown)
