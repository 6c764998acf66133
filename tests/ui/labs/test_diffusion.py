"""The panels of the diffusion lab follow one run, one time, and the answers meant for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import create_autospec

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.core.errors import UserError
from explorer.core.frames import Frame
from explorer.core.mailbox import Mail
from explorer.core.questions import RunChecks
from explorer.core.run import RunSnapshot, RunStatus
from explorer.specs.diffusion import (
    SPEC,
    Denoise,
    DenoiseBeside,
    DiffusionParams,
    Judge,
    Judged,
    Sampling,
)
from explorer.ui.labs.diffusion import DiffusionLab
from explorer.ui.labs.diffusion.lab import FIRST_DIGIT, sampling_of
from explorer.ui.labs.diffusion.panels import CHECK_NAMES, make_panel
from explorer.ui.panel import Panel
from explorer.ui.theme import LIGHT
from tests.ui.labs.diffusion_films import answer

PANELS = [panel.id for panel in SPEC.panels]


def mail_of(params: DiffusionParams, step: int = 300, **status: Any) -> Mail:
    """What a run at a step says of itself."""
    now = RunStatus(**({"head": step, "cursor": step} | status))
    frames = {
        "samples": Frame("samples", step, np.full((10, 28, 28), 200, np.uint8)),
        "levels": Frame("levels", step, np.linspace(1, 0.02, 20).astype(np.float32)),
    }
    steps = np.arange(1, step + 1)
    series = dict.fromkeys(("loss", "test_loss", "gradient_norm"), (steps, 1 / steps))
    return Mail(RunSnapshot(params, 7, now, series), now, frames, (), 0)


@pytest.fixture
def lab(qtbot: QtBot) -> Iterator[DiffusionLab]:
    lab = DiffusionLab(SPEC, LIGHT)
    lab.asked_so_far = []  # type: ignore[attr-defined]
    lab.asked.connect(lab.asked_so_far.append)  # type: ignore[attr-defined]
    lab.receive(mail_of(DiffusionParams()))
    yield lab
    lab.close()


@pytest.fixture
def panels(qtbot: QtBot, lab: DiffusionLab) -> dict[str, Any]:
    """Every panel, made."""
    made = {panel_id: lab.panel(panel_id) for panel_id in PANELS}
    for panel in made.values():
        for widget in (panel, *panel.controls):
            qtbot.addWidget(widget)
    return made


def asked_of(lab: DiffusionLab, kind: type) -> list[Any]:
    return [q for q in lab.asked_so_far if type(q) is kind]  # type: ignore[attr-defined]


def test_it_makes_every_panel_of_the_spec(lab: DiffusionLab, panels: dict[str, Panel]):
    assert {panel.spec.id for panel in lab.made_panels()} == set(PANELS)
    with pytest.raises(UserError):
        make_panel(lab, "none")


def test_frames_and_numbers_reach_their_panels(lab: DiffusionLab, panels: dict[str, Any]):
    assert (panels["samples"].figure_data().arrays["samples"] == 200).all()
    assert "300" in panels["samples"].subtitle
    assert len(panels["levels"].figure_data().table)
    assert "loss" in set(panels["curves"].figure_data().table["series"])
    np.testing.assert_allclose(panels["reverse"].stage.canvas.picture, 200 / 127.5 - 1, atol=1e-6)


def test_the_checks_are_named_before_they_are_run(lab: DiffusionLab, panels: dict[str, Any]):
    assert [row.name for row in panels["checks"].view._rows] == list(CHECK_NAMES)
    assert asked_of(lab, RunChecks)


def test_no_film_is_asked_for_before_there_is_a_model(lab: DiffusionLab, panels: dict[str, Any]):
    assert not asked_of(lab, Denoise)
    lab.device = "CPU"
    lab.model_ready()
    assert len(asked_of(lab, Denoise)) == 1


def test_answers_go_by_what_was_asked(lab: DiffusionLab, panels: dict[str, Any]):
    mocks = {name: create_autospec(type(panels[name]), instance=True) for name in ("reverse", "compare", "quality")}
    real = dict(lab._panels)
    lab._panels.update(mocks)
    denoised = answer(Denoise(Sampling(n=1), generation=1))
    beside = answer(DenoiseBeside(Sampling(n=1), generation=1))
    judged = create_autospec(Judged, instance=True)
    judged.request, judged.generation = Judge(generation=1), 1
    for one in (denoised, beside, judged):
        lab.receive_answer(one)
    mocks["reverse"].take.assert_called_once_with(denoised)
    mocks["compare"].take.assert_called_once_with(beside)
    mocks["quality"].take.assert_called_once_with(judged)
    lab._panels.clear()
    lab._panels.update(real)


def test_an_answer_older_than_one_taken_is_dropped(lab: DiffusionLab, panels: dict[str, Any]):
    lab.device = "CPU"
    lab.model_ready()
    asked = asked_of(lab, Denoise)[-1]
    lab.receive_answer(answer(asked))
    film = panels["reverse"].film
    assert film is not None
    lab.receive_answer(answer(asked))
    assert panels["reverse"].film is film


# -------------------------------------------------------------------------------------------------------------- time


def with_film(lab: DiffusionLab) -> None:
    lab.device = "CPU"
    lab.model_ready()
    lab.receive_answer(answer(asked_of(lab, Denoise)[-1], step=300))


def test_one_time_is_seen_in_every_panel(lab: DiffusionLab, panels: dict[str, Any]):
    with_film(lab)
    reverse, forward, schedule = (panels[name] for name in ("reverse", "forward", "schedule"))
    reverse.go_to(20)
    assert lab.time == 600
    assert forward.time.time == 600
    assert schedule.figure_data() is not None
    forward.time_changed.emit(300)
    assert lab.time == 300
    assert reverse.position == 35
    schedule.time_changed.emit(805)
    assert reverse.position == 10
    assert forward.time.time == 805
    assert lab.time == 805


# ------------------------------------------------------------------------------------------------------------ digits


def test_a_digit_of_the_data_can_be_chosen(lab: DiffusionLab, panels: dict[str, Any]):
    lab.select(12)
    np.testing.assert_array_equal(panels["forward"]._picture, lab.digits.train_images[12])
    assert "training digit 12" in panels["forward"].subtitle
    panels["forward"].picture_wanted.emit()
    assert not np.array_equal(panels["forward"]._picture, lab.digits.train_images[12])


def test_a_sample_clicked_is_drawn_as_a_film(lab: DiffusionLab, panels: dict[str, Any]):
    with_film(lab)
    panels["samples"].class_chosen.emit(8)
    assert lab.sampling.label == 8
    assert asked_of(lab, Denoise)[-1].sampling.label == 8


# ----------------------------------------------------------------------------------------------------------- the run


def test_a_new_run_draws_a_new_film(lab: DiffusionLab, panels: dict[str, Any]):
    with_film(lab)
    n = len(asked_of(lab, Denoise))
    lab.receive(mail_of(DiffusionParams(), step=0))
    assert len(asked_of(lab, Denoise)) > n
    assert asked_of(lab, Denoise)[-1].start == 0


def test_panels_know_the_step_and_whether_the_run_goes_on(lab: DiffusionLab, panels: dict[str, Any]):
    with_film(lab)
    reverse = panels["reverse"]
    lab.receive(Mail(None, RunStatus(head=420, cursor=420, playing=True), {}, (), 0))
    assert reverse.maker.step == 420
    assert reverse.maker.is_stale
    n = len(asked_of(lab, Denoise))
    lab.receive(Mail(None, RunStatus(head=430, cursor=430), {}, (), 0))
    assert len(asked_of(lab, Denoise)) == n + 1


# ---------------------------------------------------------------------------------------------------------- sessions


def test_a_session_brings_sampling_and_position_back(qtbot: QtBot, lab: DiffusionLab, panels: dict[str, Any]):
    with_film(lab)
    lab.restore_view({"sampler": "ddpm", "steps": 40.0, "n": 4.0, "label": -1.0, "seed": 9.0, "position": 11.0})
    assert lab.sampling == Sampling("ddpm", 40, 0.0, 1.5, -1, 9, 4)
    lab.receive_answer(answer(asked_of(lab, Denoise)[-1], step=300))
    assert panels["reverse"].position == 11
    seen = lab.view()
    assert seen["position"] == 11
    assert sampling_of(seen) == lab.sampling


@pytest.mark.parametrize(
    "view",
    [
        {"sampler": "none", "steps": 0.0, "n": 5.0, "label": 99.0, "seed": -4.0, "eta": 7.0, "guidance": -1.0},
        {"steps": float("nan"), "n": float("inf"), "sampler": 3.0, "position": 1e9},
        {"steps": [1.0], "label": "three", "position": "x"},
        {},
    ],
)
def test_what_does_not_fit_is_ignored(lab: DiffusionLab, view: dict[str, Any]):
    lab.restore_view(view)
    assert lab.sampling == Sampling()
    assert lab.position is None


def test_a_view_restored_before_its_panel_is_shown_in_it(qtbot: QtBot, lab: DiffusionLab):
    lab.restore_view({"steps": 20.0, "n": 1.0, "position": 3.0})
    panel: Any = lab.panel("reverse")
    for widget in (panel, *panel.controls):
        qtbot.addWidget(widget)
    assert panel.sampling.steps == 20
    with_film(lab)
    assert panel.position == 3


def test_a_panel_written_to_a_file_has_a_digit_to_add_noise_to(lab: DiffusionLab, panels: dict[str, Any]):
    forward = panels["forward"]
    assert not forward.isVisible()
    lab.show_panel(forward)
    np.testing.assert_array_equal(forward._picture, lab.digits.train_images[FIRST_DIGIT])


def test_what_was_measured_of_another_run_is_forgotten(
    lab: DiffusionLab, panels: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    forgotten: list[str] = []
    for name in ("quality", "compare"):
        monkeypatch.setattr(panels[name], "clear", lambda name=name: forgotten.append(name))
    lab.receive(mail_of(DiffusionParams(), 1))
    assert forgotten == ["quality", "compare"]


def test_quality_is_measured_with_steps_and_guidance_of_the_film(lab: DiffusionLab, panels: dict[str, Any]):
    asked: list[Any] = []
    panels["quality"].asked.connect(asked.append)
    for sampling, steps in ((Sampling(steps=20, guidance=3.0), 20), (Sampling(steps=1000, guidance=3.0), 100)):
        lab.note_sampling(sampling)
        panels["quality"].measure()
        assert (asked[-1].steps, asked[-1].guidance) == (steps, 3.0)
