"""What every entry of the catalogue owes: specs that hold together, strings that resolve, files that are there."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from explorer import catalog
from explorer.core.errors import UserError
from explorer.core.params import needs_restart, param_fields, read_value, summary, values_of, with_values
from explorer.core.session import load_session, restore
from explorer.core.spec import LabSpec, PanelSpec, StoredRun
from explorer.core.stored import card_path, read_card, stored_path
from explorer.ui.theme import LIGHT

SPECS = [catalog.spec(entry.id) for entry in catalog.LABS]
RUNS = [(lab, run) for lab in SPECS for run in lab.stored]

every_lab = pytest.mark.parametrize("lab", SPECS, ids=lambda lab: lab.id)
every_stored_run = pytest.mark.parametrize(("lab", "run"), RUNS, ids=[run.stem for _, run in RUNS])


def test_ids_are_unique_and_the_table_agrees_with_the_specs():
    assert len({entry.id for entry in catalog.LABS}) == len(catalog.LABS)
    assert catalog.DEFAULT_LAB in {entry.id for entry in catalog.LABS}
    for entry, lab in zip(catalog.LABS, SPECS, strict=True):
        assert (entry.id, entry.title, entry.group) == (lab.id, lab.title, lab.group)


def test_an_unknown_lab_suggests_the_closest():
    with pytest.raises(UserError, match="did you mean autoencoder"):
        catalog.spec("autoencodr")
    with pytest.raises(UserError, match="choose one of sequences, bptt, autoencoder"):
        catalog.spec("zzz")


@pytest.mark.parametrize(
    "reference", [catalog.PREPARE, *(lab.experiment for lab in SPECS), *(lab.lab for lab in SPECS)]
)
def test_strings_resolve(reference: str):
    assert callable(catalog.resolve(reference))


@every_lab
def test_words_are_sentences(lab: LabSpec):
    assert lab.title
    assert lab.summary.endswith(".")
    for frame in lab.frames:
        assert frame.meaning.endswith(".")
        assert frame.rate_hz > 0


@every_lab
def test_panels_draw_frames_that_exist_under_names_of_their_own(lab: LabSpec):
    frames = {frame.name for frame in lab.frames}
    assert len(frames) == len(lab.frames)
    assert len({panel.id for panel in lab.panels}) == len(lab.panels)
    assert all(set(panel.wants) <= frames for panel in lab.panels)
    assert {name for panel in lab.panels for name in panel.wants} == frames, "a frame that no panel draws"
    assert all(min(panel.size_px) >= 64 for panel in lab.panels)


@every_lab
def test_tabs_lie_in_one_area(lab: LabSpec):
    areas: dict[str, set[str]] = {}
    for panel in lab.panels:
        areas.setdefault(panel.group, set()).add(panel.area)
    assert all(len(found) == 1 for found in areas.values())


@every_lab
def test_parameters_say_what_they_are(lab: LabSpec):
    params: Any = lab.params
    assert params.__dataclass_params__.frozen
    fields = param_fields(params)
    assert [f.name for f in fields] == [f.name for f in dataclasses.fields(params)]
    assert len({f.info.label for f in fields}) == len(fields)
    for field in fields:
        info = field.info
        assert info.label
        assert info.help.endswith(".")
        assert read_value(field, str(field.default)) == field.default
        assert (field.type is str) == bool(info.choices or info.text)
        assert all(choice.label and choice.help for choice in info.choices)
        if field.type in (int, float):
            assert info.low is not None
            assert info.high is not None
            assert info.low > 0 or not info.log


@every_lab
def test_parameters_survive_a_round_trip_and_sum_up_in_one_line(lab: LabSpec):
    params = lab.params()
    assert with_values(params, {name: str(value) for name, value in values_of(params).items()}) == params
    assert "\n" not in summary(params)
    assert not needs_restart(params, params)


@every_lab
def test_numbers_have_labels_units_and_a_colour_of_the_theme(lab: LabSpec):
    assert len({scalar.name for scalar in lab.scalars}) == len(lab.scalars)
    for scalar in lab.scalars:
        assert scalar.label
        assert scalar.unit or "unit" in scalar.label, "only counts go without a unit"
        assert hasattr(LIGHT.series, scalar.color) or hasattr(LIGHT, scalar.color)


@every_lab
def test_requests_are_frozen_and_numbered(lab: LabSpec):
    assert len(set(lab.requests)) == len(lab.requests)
    for request in lab.requests:
        fields = {field.name: field for field in dataclasses.fields(request)}
        assert request.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert fields["generation"].default == 0


@every_lab
def test_an_unknown_panel_lists_those_there_are(lab: LabSpec):
    assert isinstance(lab.panel(lab.panels[0].id), PanelSpec)
    with pytest.raises(UserError, match=lab.panels[0].id):
        lab.panel("nonsense")


def test_stored_runs_have_names_of_their_own():
    stems = [run.stem for _, run in RUNS]
    assert len(set(stems)) == len(stems)
    assert all(run.stem.startswith(f"{lab.id}-") for lab, run in RUNS)
    assert all(lab.stored for lab in SPECS)


@every_stored_run
def test_stored_runs_open_with_the_parameters_and_frames_of_their_lab(lab: LabSpec, run: StoredRun):
    session = load_session(stored_path(run.stem))
    assert session.lab == lab.id
    assert set(session.params) == {field.name for field in param_fields(lab.params)}
    with_values(lab.params(), session.params)
    assert set(session.frames) == {frame.name for frame in lab.frames}
    for frame in lab.frames:
        assert session.frames[frame.name].ndim == len(frame.axes)
    assert set(session.series) <= {scalar.name for scalar in lab.scalars}
    assert session.step > 0
    assert session.state


@every_stored_run
def test_cards_tell_the_same_as_the_runs_they_belong_to(lab: LabSpec, run: StoredRun):
    card, session = read_card(run.stem), load_session(stored_path(run.stem), with_state=False)
    assert (card.lab, card.title, card.seed, card.steps) == (lab.id, run.title, session.seed, session.step)
    assert card.params == session.params
    assert card.command == f"neural-explorer pretrain {lab.id}"
    assert card.quality
    assert len(card.data_sha256) == 64
    assert card.licence


def test_a_missing_card_is_a_sentence():
    with pytest.raises(UserError, match="pretrain"):
        read_card("nonsense")
    assert card_path("nonsense").name == "nonsense.card.json"


@every_stored_run
def test_a_stored_run_passes_its_checks_before_the_users_eyes(lab: LabSpec, run: StoredRun):
    session = load_session(stored_path(run.stem))
    experiment = catalog.resolve(lab.experiment)(with_values(lab.params(), session.params), session.seed, "cpu")
    restore(session, experiment)
    assert {check.name: check.value for check in experiment.checks() if not check.passed} == {}
