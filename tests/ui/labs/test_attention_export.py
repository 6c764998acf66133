"""Every panel of the attention lab leaves the app as a picture and as the numbers behind it."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from explorer.experiments.attention import AttentionExperiment, create
from explorer.specs.attention import SPEC, AttentionParams, Reading
from explorer.ui.export.export import export_figure
from explorer.ui.export.figure import ExportOptions
from explorer.ui.theme import DARK, LIGHT, Theme
from tests.ui.labs.attention_window import Bench

N_TOKENS = 9
TABLES = {
    "tokens": ("attention", N_TOKENS**2),
    "walk": ("value", None),
    "learn": ("probability", 8),
    "heads": ("previous", 72),
    "looks": ("fox (4)", N_TOKENS),
    "cell": ("product", 32),
    "sentences": ("cosine", None),
    "curves": ("value", 0),  # nothing is trained yet
    "cost": ("attention_ms", 0),  # nothing is measured yet
    "checks": ("tolerance", 4),
}
"""A column of each panel's numbers, and how many rows there are; None where that is the panel's own affair."""


CAPTIONS = {
    "tokens": "all-MiniLM-L6-v2 · layer 3, head 1 · “A smiling blue fox with golden wings”",
    "walk": "stage 5 of 13 · four numbers per token, set by hand",
    "heads": "all-MiniLM-L6-v2 · “A smiling blue fox with golden wings”",
    "cell": "“A smiling blue fox with golden wings” · query “fox” · key “[CLS]”",
    "sentences": "all-MiniLM-L6-v2 · “A smiling blue fox with golden wings” and “The azure animal has wings of gold.”",
    "cost": "attention beside a GRU",
    "learn": "step 0 · seed 7 · layers = 2",
}


@pytest.fixture(scope="module")
def model() -> AttentionExperiment:
    return create(AttentionParams(), 7)


@pytest.mark.parametrize("panel_id", CAPTIONS)
def test_a_caption_says_what_is_shown_be_it_the_run_or_not(qtbot: QtBot, model: AttentionExperiment, panel_id: str):
    bench = Bench(qtbot, model)
    panel = bench.panel(panel_id)
    bench.ready().answer()
    caption = panel.figure_data().provenance.caption()
    assert CAPTIONS[panel_id] in caption
    assert ("seed 7" in caption) == (panel_id == "learn")


def test_a_caption_says_what_is_switched_off(qtbot: QtBot, model: AttentionExperiment):
    bench = Bench(qtbot, model)
    panel = bench.panel("tokens")
    bench.ready()
    text = "a very long text " * 9
    bench.lab.set_reading(Reading(text))
    bench.lab.set_reading(Reading(text, (1, 2), ((0, 0),), "causal"))
    bench.answer()
    bench.lab.set_focus(replace(bench.lab.focus, special_out=True))
    caption = panel.figure_data().provenance.caption()
    assert "a very lo …”, 2 tokens off, 1 head off, causal mask · without added tokens, rescaled" in caption
    assert len(caption) < 260


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("panel_id", [spec.id for spec in SPEC.panels])
def test_every_panel_is_exported(qtbot: QtBot, tmp_path: Path, model: AttentionExperiment, panel_id: str, theme: Theme):
    bench = Bench(qtbot, model, theme)
    panel = bench.panel(panel_id, *SPEC.panel(panel_id).size_px)
    bench.ready().answer()
    picture, numbers = tmp_path / "figure.png", tmp_path / "figure.csv"
    for path in (picture, numbers):
        export_figure(panel, path, ExportOptions(theme=theme))
    with Image.open(picture) as image:
        n_colors = len(image.convert("RGB").getcolors(maxcolors=1 << 24) or ())
    assert n_colors > 200  # more than paper and letters
    lines = [line for line in numbers.read_text("utf-8-sig").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    column, n_rows = TABLES[panel_id]
    assert column in next(csv.reader(lines))
    assert len(rows) > 1 if n_rows is None else len(rows) == n_rows
    assert all(np.isfinite(float(row[column])) for row in rows)
