"""The benchmark's own arithmetic; its timings are never asserted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer import catalog
from explorer.bench import entries as bench
from explorer.bench.bare_loop import bare_steps, framed_steps
from explorer.bench.children import run_python
from explorer.bench.figures import BARS, Figure, as_json, as_table, bar_of, passed
from explorer.bench.live_runs import LIVE_RUNS
from explorer.cli import main
from explorer.core.errors import UserError
from explorer.core.spec import LabSpec
from explorer.specs.bptt import TRACKS, BpttParams
from explorer.ui.bench.film import gestures, largest_film
from explorer.ui.bench.meters import percentile
from explorer.ui.bench.pointer import DRAGS
from explorer.ui.theme import LIGHT
from explorer.ui.views.film import FilmView
from explorer.ui.views.film_layout import Strip

LABS = [entry.id for entry in catalog.LABS]


@dataclass(frozen=True)
class Short(BpttParams):
    """The smallest run."""

    delay: int = 5
    hidden: int = 8
    batch_size: int = 8


@pytest.mark.parametrize(
    ("figure", "kept"),
    [
        (Figure("startup/first_paint", 1.5, "s", 1.0), True),
        (Figure("startup/first_paint", 1.6, "s", 1.0), False),
        (Figure("startup/torch_ready", 2.9, "s", 2.0), True),
        (Figure("startup/torch_ready", 3.1, "s", 2.0), False),
        (Figure("startup/worst_stall", 301, "ms"), False),
        (Figure("training/gan", 85, "steps/s", 100), True),
        (Figure("training/gan", 84, "steps/s", 100), False),
        (Figure("frames/gan/p99", 21, "ms"), False),
        (Figure("frames/gan/worst", 99, "ms"), True),
        (Figure("ask/gan/idle", 26, "ms"), False),
        (Figure("ask/gan/training", 26, "ms"), True),
        (Figure("cost/bptt/norms", 34.5, "ms/step", 30.0), True),
        (Figure("cost/bptt/norms", 34.6, "ms/step", 30.0), False),
        (Figure("views/bptt/film_p95", 16.1, "ms"), False),
        (Figure("quality/bptt/live_t100_rnn_accuracy", 26, "%"), False),
        (Figure("memory/gan", 701, "MB"), False),
        (Figure("memory/growth", 5, "%"), False),
        (Figure("memory/growth", -2, "%"), True),
        (Figure("quality/autoencoder/live_test_negative_elbo", 153.1, "nats"), False),
        (Figure("quality/autoencoder/shipped_vae_test_negative_elbo", 147, "nats"), True),
        (Figure("quality/autoencoder/live_active_units", 2, ""), True),
    ],
    ids=lambda value: value.name if isinstance(value, Figure) else "",
)
def test_bars(figure: Figure, kept: bool):
    assert passed(figure) is kept


def test_growth_is_not_held_against_the_bar_of_megabytes():
    bar = bar_of(Figure("memory/growth", 4, "%"))
    assert bar is not None
    assert "%" in bar.words
    assert len({bar.pattern for bar in BARS}) == len(BARS)


def test_json_has_the_five_keys_and_nulls_where_there_is_no_baseline():
    rows = json.loads(as_json([Figure("a", 2.0, "s", 4.0, "note"), Figure("b", 1.0, "ms")]))
    assert rows == [
        {"name": "a", "value": 2.0, "unit": "s", "baseline": 4.0, "ratio": 0.5},
        {"name": "b", "value": 1.0, "unit": "ms", "baseline": None, "ratio": None},
    ]


def test_the_table_says_what_was_missed():
    lines = as_table([Figure("frames/x/p99", 30, "ms"), Figure("startup/first_paint", 1, "s", 1, "warm")]).splitlines()
    assert lines[1].split() == ["frames/x/p99", "30", "ms", "at", "most", "20", "ms", "MISS"]
    assert lines[2].split()[-2:] == ["pass", "warm"]


def test_every_lab_has_its_entries():
    names = {name for entry in bench.entries() for name in entry.names}
    assert {"startup/first_paint", "startup/torch_ready", "startup/worst_stall", "memory/growth"} <= names
    for lab in LABS:
        wanted = ("training/{}", "frames/{}/p99", "frames/{}/worst", "ask/{}/idle", "ask/{}/training", "memory/{}")
        assert {name.format(lab) for name in wanted} <= names
        assert f"quality/{lab}/" in names
    assert set(DRAGS) == set(LABS)
    assert set(LIVE_RUNS) == set(LABS)


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        (["startup"], ["startup/first_paint", "startup/torch_ready"]),
        (["startup/worst_stall"], ["startup/torch_ready"]),
        (["quality/autoencoder/live"], ["quality/autoencoder/"]),
        (["memory/growth", "ask"], [*(f"ask/{lab}/idle" for lab in LABS), f"memory/{LABS[0]}"]),
        (
            ["diffusion"],
            [
                "training/diffusion",
                "ask/diffusion/idle",
                "quality/diffusion/",
                "cost/diffusion/step",
                f"memory/{LABS[0]}",
            ],
        ),
        (["nonsense"], []),
    ],
)
def test_entries_are_chosen_by_a_lab_or_by_the_beginning_of_their_names(wanted: list[str], first: list[str]):
    assert [entry.names[0] for entry in bench.entries() if entry.is_wanted(wanted)] == first


def test_a_name_that_no_figure_has_is_told(capsys: pytest.CaptureFixture[str]):
    assert main(["bench", "nonsense"]) == 2
    assert "without names" in capsys.readouterr().err


def test_figures_that_were_not_asked_for_are_left_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    found = [Figure("startup/torch_ready", 9, "s", 1), Figure("startup/worst_stall", 9, "ms")]
    entry = bench.Entry(("startup/torch_ready", "startup/worst_stall"), lambda effort: found)
    monkeypatch.setattr(bench, "entries", lambda: (entry,))
    out = tmp_path / "bench.json"
    assert main(["bench", "startup/worst", "--quick", "--json", str(out)]) == 0
    assert [row["name"] for row in json.loads(out.read_text())] == ["startup/worst_stall"]
    assert main(["bench", "startup"]) == 1
    assert "1 of 2 missed" in capsys.readouterr().err


def test_a_measuring_program_reports_on_its_last_line():
    found = run_python(["-c", "import os; print('chatter'); print('{\"x\": 1}')"])
    assert found["x"] == 1
    assert found["began_s"] > 0


@pytest.mark.parametrize("code", ["raise ValueError('why')", "print('no number')", ""])
def test_a_measuring_program_that_fails_is_a_sentence(code: str):
    with pytest.raises(UserError, match="run it by itself"):
        run_python(["-c", code])


def test_training_compares_medians(monkeypatch: pytest.MonkeyPatch):
    speeds = iter([10.0, 100.0, 11.0, 50.0, 12.0, 99.0])

    def run_module(module: str, *args: str) -> dict[str, float]:
        if module.endswith("bare_loop"):
            return {"steps_per_s": next(speeds) * 10}
        return {"steps_per_s": next(speeds), "redraws_per_s": 12, "p99_ms": 1, "worst_ms": 2}

    monkeypatch.setattr(bench, "run_module", run_module)
    speed, p99, worst = bench.training("autoencoder", bench.QUICK)
    assert (speed.value, speed.baseline) == (99.0, 110.0)
    assert (p99.value, worst.value) == (1, 2)


def test_what_norms_cost_is_told_in_time_per_step(monkeypatch: pytest.MonkeyPatch):
    def run_module(module: str, *args: str) -> dict[str, float]:
        assert ("--frames" in args) is not (bench.PLAIN in args)
        return {"steps_per_s": 40.0 if "--frames" in args else 50.0}

    monkeypatch.setattr(bench, "run_module", run_module)
    (cost,) = bench.cost_of_norms(bench.QUICK)
    assert (cost.value, cost.baseline, cost.ratio) == (25.0, 20.0, 1.25)


@pytest.mark.parametrize("how", [bare_steps, framed_steps])
def test_loops_without_a_window_count_their_steps(how: Callable[[LabSpec, str, str], Callable[[], int]]):
    lab = replace(catalog.spec("bptt"), params=Short)
    work = how(lab, lab.experiment, "cpu")
    first = work()
    assert first >= 1
    assert work() > first


def test_the_film_is_handled_at_its_largest(qtbot: QtBot):
    film = largest_film()
    assert film.shape == (2000, 4, 300)
    view = FilmView(LIGHT)
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.set_strips([Strip(track, "", "ink") for track in TRACKS], range(len(TRACKS)))
    view.set_film(film, np.arange(1, len(film) + 1), np.zeros(len(film), np.int64))
    shown = set()
    for event in gestures(view):
        QApplication.sendEvent(view, event)
        shown.add((view.shown_times, view.shown_rows))
    assert len(shown) > 100  # nearly every event shows another part


def test_growth_leaves_the_beginning_out(monkeypatch: pytest.MonkeyPatch):
    samples = [(0.0, 100.0), (60.0, 300.0), (120.0, 400.0), (300.0, 410.0)]
    monkeypatch.setattr(bench, "run_module", lambda *args: {"memory_mb": samples})
    *resident, growth = bench.memory(bench.Effort())
    assert [figure.value for figure in resident] == [410] * len(LABS)
    assert growth.value == pytest.approx(2.5)


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (50, 5), (95, 10), (99, 10), (100, 10)])
def test_percentile(percent: float, value: float):
    assert percentile([3, 1, 2, 10, 5, 4, 7, 6, 8, 9], percent) == value
    assert percentile([], percent) == 0
