"""Sub-commands that train and draw, on the real lab, briefly."""

from __future__ import annotations

import csv
import math
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer.catalog import resolve, spec
from explorer.cli import main
from explorer.commands import runs
from explorer.core.session import load_session
from explorer.core.stored import Card, card_path
from explorer.specs.attention.cost import LENGTHS
from tests.core.toy import Toy, ToyParams, make_runner

LAB = "autoencoder"
FAST = ["--set", "hidden=32", "--device", "cpu"]
RUN = [sys.executable, "-m", "explorer"]


@pytest.fixture
def platform_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", os.environ["QT_QPA_PLATFORM"])


# ------------------------------------------------------------------------------------------------- train


def test_train_prints_the_numbers_reached_and_saves(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "run.safetensors"
    assert main(["train", LAB, "--steps", "50", *FAST, "--seed", "3", "--out", str(out)]) == 0
    captured = capsys.readouterr()
    rows = dict(line.rsplit(maxsplit=2)[:2] for line in captured.out.splitlines() if line.endswith("nats"))
    assert captured.out.splitlines()[0].split() == ["step", "50"]
    session = load_session(out)
    assert (session.lab, session.seed, session.step, session.params["hidden"]) == (LAB, 3, 50, 32)
    assert float(rows["train"]) == pytest.approx(session.series["total"][1][-1], rel=1e-4)
    assert "Training: 100%" in captured.err
    assert "Traceback" not in captured.err


def test_going_on_from_a_saved_run_is_the_same_run(tmp_path: Path):
    whole, half, rest = (tmp_path / f"{name}.safetensors" for name in ("whole", "half", "rest"))
    assert main(["train", LAB, "--steps", "30", *FAST, "--out", str(whole)]) == 0
    assert main(["train", LAB, "--steps", "12", *FAST, "--out", str(half)]) == 0
    assert main(["train", LAB, "--steps", "18", "--session", str(half), "--out", str(rest)]) == 0
    one, other = load_session(whole), load_session(rest)
    assert one.step == other.step == 30
    for name, (steps, values) in one.series.items():
        np.testing.assert_array_equal(steps, other.series[name][0])
        np.testing.assert_array_equal(values, other.series[name][1])
    for name, array in one.state.items():
        np.testing.assert_array_equal(array, other.state[name])


def test_a_saved_run_keeps_its_seed_and_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = str(tmp_path / "run.safetensors")
    assert main(["train", LAB, "--steps", "2", *FAST, "--out", out]) == 0
    capsys.readouterr()
    for more in (["--seed", "4"], ["--set", "latent=5"]):
        assert main(["train", LAB, "--session", out, *more]) == 2
        assert "leave out --session" in capsys.readouterr().err
    assert main(["train", LAB, "--session", out, "--steps", "2", "--set", "beta=4"]) == 0


def test_an_existing_file_is_not_replaced_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "run.safetensors"
    out.write_bytes(b"precious")
    assert main(["train", LAB, "--steps", "2", *FAST, "--out", str(out)]) == 2
    assert "--force" in capsys.readouterr().err
    assert out.read_bytes() == b"precious"
    assert main(["train", LAB, "--steps", "2", *FAST, "--out", str(out), "--force"]) == 0
    assert load_session(out).step == 2


@pytest.mark.parametrize("out", ["missing/run.safetensors", "."])
def test_a_place_that_cannot_be_written_is_told_before_training(
    out: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["train", LAB, "--out", str(tmp_path / out)]) == 2
    assert "Training" not in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGINT for another process")
def test_ctrl_c_while_training_saves_what_there_is(tmp_path: Path):
    out = tmp_path / "run.safetensors"
    command = [*RUN, "train", LAB, "--seconds", "100", *FAST, "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Training"):
                break
        process.send_signal(signal.SIGINT)
        printed, rest = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Stopped at step" in rest
    assert "Traceback" not in rest
    assert printed.startswith("step")
    assert load_session(out).step >= 0


def test_a_run_that_comes_to_grief_says_so_by_its_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    def create(params: Any, seed: int, device: str) -> Any:
        made = resolve(spec(LAB).experiment)(params, seed, device)
        step = made.step
        made.step = lambda: {**step(), "total": math.nan} if made.n_steps == 6 else step()
        return made

    monkeypatch.setattr(runs, "resolve", lambda name: create if name == spec(LAB).experiment else resolve(name))
    assert main(["train", LAB, "--steps", "40", *FAST]) == 1
    captured = capsys.readouterr()
    assert "became not a number at step 7" in captured.err
    assert captured.out.startswith("step")


def test_training_ends_by_steps_by_time_by_trouble_and_by_ctrl_c(capsys: pytest.CaptureFixture[str]):
    runner = make_runner()
    assert runs.train(runner, 25, None, chunk=10)
    assert runner.head == 25
    assert runs.train(runner, None, 0.05)
    assert runner.head > 25
    broken = make_runner(build=lambda params, seed: Toy(params, seed, raise_at=5))
    assert runs.train(broken, 25, None)
    assert broken.trouble is not None
    before = signal.getsignal(signal.SIGINT)
    slow = make_runner(ToyParams())
    threading.Timer(0.2, signal.raise_signal, (signal.SIGINT,)).start()
    assert not runs.train(slow, None, 60.0)
    assert signal.getsignal(signal.SIGINT) is before


# ------------------------------------------------------------------------------------------------- pretrain


def test_pretrain_writes_runs_and_cards(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    import msgspec

    assert main(["pretrain", LAB, "--out", str(tmp_path), "--steps", "3"]) == 0
    for stored in spec(LAB).stored:
        card = msgspec.json.decode((tmp_path / card_path(stored.stem).name).read_bytes(), type=Card)
        assert card.steps == load_session(tmp_path / f"{stored.stem}.safetensors").step == 3
    (tmp_path / "file").write_bytes(b"")
    assert main(["pretrain", LAB, "--out", str(tmp_path / "file")]) == 2
    assert "is a file" in capsys.readouterr().err


# ------------------------------------------------------------------------------------------------- export


@pytest.mark.usefixtures("platform_as_it_was", "qapp")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_export_draws_a_panel_of_a_run_trained_now(theme: str, tmp_path: Path):
    out = tmp_path / "map.png"
    args = ["export", LAB, "map", "--out", str(out), "--steps", "5", "--scale", "1", "--theme", theme, *FAST]
    assert main(args) == 0
    with Image.open(out) as image:
        assert image.width == 860
        corner = image.convert("L").getpixel((0, 0))
        assert len(image.convert("RGB").getcolors(1 << 24) or ()) > 50
    assert isinstance(corner, int)
    assert (corner > 128) == (theme == "light")
    assert main(args) == 2
    assert main([*args, "--force"]) == 0


@pytest.mark.usefixtures("platform_as_it_was", "qapp")
def test_export_of_a_saved_run_says_in_the_numbers_where_they_come_from(tmp_path: Path):
    saved, out = tmp_path / "run.safetensors", tmp_path / "map.csv"
    assert main(["train", LAB, "--steps", "4", *FAST, "--seed", "11", "--out", str(saved)]) == 0
    assert main(["export", LAB, "map", "--out", str(out), "--session", str(saved)]) == 0
    text = out.read_text(encoding="utf-8")
    assert "step 4" in text
    assert "seed 11" in text


@pytest.mark.usefixtures("platform_as_it_was", "qapp")
def test_a_gif_shows_the_run_as_it_is_trained(tmp_path: Path):
    out = tmp_path / "manifold.gif"
    assert main(["export", LAB, "manifold", "--out", str(out), "--steps", "6", "--scale", "1", *FAST]) == 0
    with Image.open(out) as image:
        assert getattr(image, "n_frames", 1) >= 5


@pytest.mark.usefixtures("platform_as_it_was", "qapp")
@pytest.mark.parametrize("name", ["map.bmp", "map", "missing/map.png", "."])
def test_a_figure_that_cannot_be_written_is_told_before_training(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["export", LAB, "map", "--out", str(tmp_path / name), "--steps", "5"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("neural-explorer: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("platform_as_it_was", "qapp")
def test_export_shows_the_stored_run_unless_told_otherwise(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "map.npz"
    assert main(["export", LAB, "map", "--out", str(out)]) == 0
    assert "Training" not in capsys.readouterr().err
    assert out.stat().st_size > 10_000


@pytest.mark.usefixtures("platform_as_it_was", "qapp")
def test_export_measures_what_is_measured_on_request(tmp_path: Path):
    out = tmp_path / "cost.csv"
    assert main(["export", "attention", "cost", "--out", str(out)]) == 0
    lines = [line for line in out.read_text("utf-8-sig").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    assert [int(row["tokens"]) for row in rows] == list(LENGTHS)
    assert all(float(row["attention_ms"]) > 0 for row in rows)
