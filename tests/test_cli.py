"""The command line as a person meets it: in this process where nothing heavy is needed."""

from __future__ import annotations

import argparse
import importlib
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import explorer
import start
from explorer.catalog import LABS
from explorer.cli import main
from explorer.commands import COMMANDS, arguments, doctor, progress
from explorer.core.errors import UserError


def told(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """The one line that a mistake is answered with."""
    assert main(args) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("neural-explorer: ")
    return line.removeprefix("neural-explorer: ")


# ------------------------------------------------------------------------------------------------- finding the command


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_answered_at_once_without_anything_heavy(command: str):
    code = (
        "import sys, time; began = time.perf_counter()\n"
        "from explorer.cli import main\n"
        f"try: main({[*filter(None, [command]), '--help']!r})\n"
        "except SystemExit as stop: assert not stop.code\n"
        "print(time.perf_counter() - began)\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *text, _seconds, modules = done.stdout.splitlines()
    assert text[0].startswith(f"usage: neural-explorer {command}".strip())
    assert not {"torch", "PySide6", "numpy", "msgspec"} & set(modules.split())


def test_every_command_is_a_module_and_starts_without_a_window():
    for name in COMMANDS:
        assert callable(importlib.import_module(f"explorer.commands.{name}").run)
    assert set(COMMANDS) == start.COMMANDS


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(f"  {name} " in text and meaning in text for name, meaning in COMMANDS.items())


def test_version(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"neural-explorer {explorer.__version__}\n"


NO_GAN = f"There is no lab called gan; choose one of {', '.join(entry.id for entry in LABS)}."


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["trian"], "There is no lab or command called trian; did you mean train?"),
        (["autoencodr"], "There is no lab or command called autoencodr; did you mean autoencoder?"),
        (
            ["labs", "gan"],
            NO_GAN,
        ),
        (["train", "autoencodr"], "There is no lab called autoencodr; did you mean autoencoder?"),
        (["train", "autoencoder", "--set", "bta=1"], "There is no parameter called bta; did you mean beta?"),
        (["train", "autoencoder", "--set", "beta"], "“beta” is not NAME=VALUE; write a parameter as beta=4."),
        (["train", "autoencoder", "--set", "beta=11"], "KL weight β (beta): choose a number from 0 to 10."),
        (
            ["export", "autoencoder", "mop", "--out", "x.png"],
            "There is no panel called mop; choose one of map, trick, ",
        ),
        (
            ["pretrain", "gan"],
            NO_GAN,
        ),
        (["train", "autoencoder", "--session", "missing"], "missing cannot be read; choose another file."),
    ],
)
def test_mistakes_are_answered_in_one_line(args: list[str], sentence: str, capsys: pytest.CaptureFixture[str]):
    assert told(capsys, *args).startswith(sentence)


@pytest.mark.parametrize(
    "args",
    [
        ["train"],
        ["train", "autoencoder", "--steps", "-5"],
        ["train", "autoencoder", "--steps", "1.5"],
        ["train", "autoencoder", "--seconds", "nan"],
        ["train", "autoencoder", "--seconds", "0"],
        ["train", "autoencoder", "--seed", "-1"],
        ["train", "autoencoder", "--seed", "9" * 30],
        ["train", "autoencoder", "--steps", "5", "--seconds", "5"],
        ["train", "autoencoder", "--device", "tpu"],
        ["export", "autoencoder", "map"],
        ["export", "autoencoder", "map", "--out", "x.png", "--scale", "9"],
        ["demo"],
        ["labs", "--what"],
    ],
    ids=" ".join,
)
def test_arguments_that_make_no_sense_point_to_the_help(args: list[str], capsys: pytest.CaptureFixture[str]):
    assert told(capsys, *args).endswith(f"; see `neural-explorer {args[0]} --help`.")


def test_without_a_display_the_window_offers_the_demo(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("explorer.system_libraries.has_display", lambda: False)
    assert "neural-explorer demo --out demo" in told(capsys)


def test_missing_system_libraries_are_named_with_their_remedy(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("explorer.system_libraries.missing_packages", lambda platform: ("libegl1",))
    assert "apt-get install -y libegl1" in told(capsys)
    assert "apt-get install -y libegl1" in told(capsys, "export", "autoencoder", "map", "--out", "x.png")


def test_the_window_is_told_lab_device_and_session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    calls = []

    def open_window(lab: str | None, **more: object) -> int:
        calls.append((lab, more))
        return 5

    monkeypatch.setattr("explorer.ui.app.run", open_window)
    assert main(["autoencoder", "--device", "cpu", "--session", "x"]) == 5
    assert main([]) == 5
    assert calls == [
        ("autoencoder", {"device": "cpu", "session": Path("x")}),
        (None, {"device": "auto", "session": None}),
    ]


def test_ctrl_c_outside_training_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    def interrupt(_args: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("explorer.commands.labs.run", interrupt)
    assert main(["labs"]) == 130
    assert capsys.readouterr().err == "neural-explorer: stopped.\n"


def test_a_reader_that_goes_away_is_no_error():
    done = subprocess.run(
        f'"{sys.executable}" -m explorer labs autoencoder | true', shell=True, capture_output=True, text=True
    )
    assert done.stderr == ""


# ------------------------------------------------------------------------------------------------- labs


def test_labs_lists_the_seminar(capsys: pytest.CaptureFixture[str]):
    assert main(["labs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [entry.id for entry in LABS]
    assert any(line.split(maxsplit=1)[1].startswith("Autoencoder & VAE: ") for line in lines)


def test_a_text_is_listed_as_such(capsys: pytest.CaptureFixture[str]):
    assert main(["labs", "diffusion_points"]) == 0
    assert "text. Sprayed in the panel “Distribution”." in " ".join(capsys.readouterr().out.split())


def test_labs_of_one_lab_lists_parameters_and_panels(capsys: pytest.CaptureFixture[str]):
    assert main(["labs", "autoencoder"]) == 0
    text = capsys.readouterr().out
    assert "  beta* " in text
    assert "0 to 10, default 1" in text
    assert "  latent " in text
    assert "  map " in text


# ------------------------------------------------------------------------------------------------- arguments, progress


def test_settings_keep_equals_signs_in_values():
    assert arguments.settings(["a=1", " b =x=y", "c="]) == {"a": "1", "b": "x=y", "c": ""}
    with pytest.raises(UserError):
        arguments.settings(["=3"])


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1e99", "x", ""])
def test_a_duration_is_a_number_above_zero(text: str):
    with pytest.raises(argparse.ArgumentTypeError):
        arguments.positive_number(text)


class Screen:
    """A stream that remembers, and may call itself a terminal."""

    def __init__(self, is_terminal: bool) -> None:
        self.text = ""
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


def shown(is_terminal: bool, monkeypatch: pytest.MonkeyPatch) -> str:
    ticks = iter(range(10_000))
    monkeypatch.setattr(time, "monotonic", lambda: next(ticks) * 0.02)
    screen = Screen(is_terminal)
    bar = progress.Progress("Training", screen)  # type: ignore[arg-type]
    for n in range(101):
        bar.show(n / 100, f"step {n}")
    bar.close()
    return screen.text


def test_a_terminal_sees_one_moving_line_that_is_wiped(monkeypatch: pytest.MonkeyPatch):
    text = shown(True, monkeypatch)
    assert "\n" not in text
    assert re.search(r"\[#{12,13}\.{11,12}\]  5\d%  step 5\d", text)
    assert text.count("step ") < 30
    assert text.endswith("\r")
    assert text.rstrip("\r").endswith(" ")


def test_a_log_file_gets_a_line_every_tenth(monkeypatch: pytest.MonkeyPatch):
    lines = shown(False, monkeypatch).splitlines()
    assert lines == [f"Training: {n}%  step {n}" for n in range(0, 101, 10)]


# ------------------------------------------------------------------------------------------------- doctor


def test_the_doctor_puts_the_remedy_below_what_is_wrong():
    text = doctor.as_text([doctor.Finding("Python", "3.12"), doctor.Finding("Qt", "missing", "Install it.")])
    assert text.splitlines() == ["ok     Python  3.12", "wrong  Qt      missing", "               Install it."]


@pytest.mark.parametrize(("remedy", "code"), [("", 0), ("Mend it.", 1)])
def test_the_doctor_says_by_its_code_whether_something_is_wrong(
    remedy: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(doctor, "LOOKS", (lambda: [doctor.Finding("Qt", "here", remedy)],))
    assert main(["doctor"]) == code
    assert remedy in capsys.readouterr().out


def test_the_doctor_finds_what_this_process_runs_on():
    assert not any(finding.remedy for finding in doctor.versions())
    assert {finding.name for finding in doctor.qt()} == {"Qt", "fonts"}
    assert not any(finding.remedy for finding in [*doctor.qt(), *doctor.device(), *doctor.folders()])


def test_the_doctor_names_missing_packages_and_libraries(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor, "PACKAGES", ("no-such-package",))
    assert "pip install no-such-package" in doctor.versions()[-1].remedy
    monkeypatch.setattr("explorer.system_libraries.missing_packages", lambda platform: ("libegl1",))
    assert any("libegl1" in finding.remedy for finding in doctor.display())
    monkeypatch.setattr("explorer.system_libraries.has_display", lambda: False)
    assert any("demo" in finding.remedy for finding in doctor.display())


def test_the_doctor_knows_the_qt_that_aborts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.metadata.version", lambda name: "6.12.0")
    monkeypatch.setattr(sys, "version_info", (3, 11, 7))
    assert any("<6.12" in finding.remedy for finding in doctor.versions())
