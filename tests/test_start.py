"""start.py: what it installs and when, what it runs, and the sentence for each thing that can go wrong."""

from __future__ import annotations

import errno
import importlib.util
import os
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
DiskUsage = namedtuple("DiskUsage", "total used free")


def load(name: str, path: Path) -> ModuleType:
    """A module from its file, anew."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def start() -> ModuleType:
    return load("start", ROOT / "start.py")


@pytest.fixture
def place(start: ModuleType, tmp_path: Path):
    """A checkout in a folder with a space in its name, with an environment that was never installed into."""
    root = tmp_path / "über labs"
    (root / "explorer").mkdir(parents=True)
    for name in ("pyproject.toml", "constraints.txt", "explorer/system_libraries.py"):
        (root / name).write_bytes((ROOT / name).read_bytes())
    place = start.Place(root)
    place.programs.mkdir(parents=True)
    os.symlink(sys.executable, place.python)
    return place


class FakePip:
    """Stands in for `subprocess.Popen`: prints a text and ends with a code."""

    def __init__(self, output: str = "", returncode: int = 0) -> None:
        self.output, self.returncode = output, returncode
        self.calls: list[tuple[list[str], Path]] = []
        self.stamp_while_running = ""
        self.was_terminated = False
        self.compiled: list[Path] = []

    def __call__(self, command, cwd, env, stdout, stderr):
        self.calls.append((command, cwd))
        self.stamp_while_running = (cwd / ".venv" / "installed.txt").read_text()
        stdout.write(self.output.encode())
        stdout.flush()
        return self

    def poll(self) -> int:
        return self.returncode

    def terminate(self) -> None:
        self.was_terminated = True

    def wait(self) -> int:
        return self.returncode


@pytest.fixture
def with_pip(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakePip]:
    def put(output: str = "", returncode: int = 0) -> FakePip:
        pip = FakePip(output, returncode)
        monkeypatch.setattr(start.subprocess, "Popen", pip)
        monkeypatch.setattr(start, "is_broken", lambda place: False)
        monkeypatch.setattr(start, "compile_sources", lambda place: pip.compiled.append(place.root))
        return pip

    return put


# ------------------------------------------------------------------------------------------------- the stamp


def test_installs_once(start, place, with_pip):
    pip = with_pip()
    start.ensure_installed(place, "")
    start.ensure_installed(place, "")
    ((command, folder),) = pip.calls
    assert command[-6:-2] == ["-c", "constraints.txt", "-e", "."]
    assert folder == place.root
    assert pip.stamp_while_running == start.UNFINISHED
    assert pip.compiled == [place.root]


def test_tests_need_more_than_the_app_and_include_it(start, place, with_pip):
    pip = with_pip()
    start.ensure_installed(place, "")
    start.ensure_installed(place, "test")
    start.ensure_installed(place, "")
    assert [command[-3] for command, _ in pip.calls] == [".", ".[test]"]


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt", ".venv/pyvenv.cfg"])
def test_a_change_of_what_was_installed_from_installs_again(start, place, with_pip, name):
    pip = with_pip()
    start.ensure_installed(place, "")
    (place.root / name).write_text("changed")
    start.ensure_installed(place, "")
    assert len(pip.calls) == 2


def test_a_moved_checkout_installs_again(start, place, with_pip):
    with_pip()
    start.ensure_installed(place, "")
    moved = start.Place(place.root.rename(place.root.with_name("elsewhere")))
    assert not moved.is_installed("")


def test_a_python_that_is_gone_is_not_installed(start, place, with_pip):
    with_pip()
    start.ensure_installed(place, "")
    place.python.unlink()
    assert not place.is_installed("")


def test_interrupting_stops_pip_and_leaves_no_valid_stamp(start, place, with_pip, monkeypatch):
    pip = with_pip()
    monkeypatch.setattr(start, "show_progress", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        start.ensure_installed(place, "")
    assert pip.was_terminated
    assert not place.is_installed("")


def test_an_unfinished_environment_is_made_anew(start, place, monkeypatch):
    def fake_venv(command, **options):
        assert command[1:] == ["-m", "venv", str(place.venv)]
        return subprocess.CompletedProcess(command, 0, b"")

    start.write_stamp(place, start.UNFINISHED)
    (place.venv / "half of a package").touch()
    monkeypatch.setattr(start.subprocess, "run", fake_venv)
    start.make_environment(place)
    assert list(place.venv.iterdir()) == []


def test_a_sound_environment_is_kept(start, place, monkeypatch):
    (place.venv / "something installed").touch()
    monkeypatch.setattr(start, "is_broken", lambda place: False)
    start.make_environment(place)
    assert (place.venv / "something installed").exists()


# ------------------------------------------------------------------------------------------------- the sentences


def sentence(start: ModuleType, action: Callable[[], object]) -> str:
    """What the user reads when an action fails: one sentence, whatever it says."""
    with pytest.raises(start.StartError) as caught:
        action()
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


@pytest.mark.parametrize(
    "output",
    [
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        "OSError: [WinError 112] There is not enough space on the disk",
    ],
)
def test_full_disk_while_installing(start, place, with_pip, output):
    with_pip(output, returncode=1)
    assert "free about 2.5 GB" in sentence(start, lambda: start.ensure_installed(place, ""))
    assert place.stamp.read_text() == start.UNFINISHED


def test_full_disk_before_installing(start, place, monkeypatch):
    place.python.unlink()
    monkeypatch.setattr(start.shutil, "disk_usage", lambda path: DiskUsage(9e9, 8e9, 1e9))
    text = sentence(start, lambda: start.ensure_installed(place, ""))
    assert "needs about 2.5 GB and only 1.0 GB are free" in text
    assert str(place.root) in text


@pytest.mark.parametrize(
    "cause",
    [
        "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution",
        "ReadTimeoutError: Read timed out. (read timeout=15)",
        "[Errno 101] Network is unreachable",
        "ProxyError('Cannot connect to proxy.')",
        "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
    ],
)
def test_no_network(start, place, with_pip, cause):
    with_pip(f"WARNING: {cause}\nERROR: No matching distribution found for hatchling>=1.25", returncode=1)
    assert "connect to the internet" in sentence(start, lambda: start.ensure_installed(place, ""))
    assert not place.stamp.exists()  # nothing was begun, so nothing needs to be made anew


def test_any_other_failure_names_its_reason_and_the_log(start, place, with_pip):
    with_pip("Collecting\nERROR: Package 'x' requires a different Python\nmore", returncode=1)
    text = sentence(start, lambda: start.ensure_installed(place, ""))
    assert "requires a different Python" in text
    assert str(place.log) in text
    assert "Collecting" in place.log.read_text()


@pytest.mark.parametrize("has_apt", [True, False])
def test_python_without_venv(start, place, monkeypatch, has_apt):
    monkeypatch.setattr(start, "is_broken", lambda place: True)
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(
        start, "system_libraries", lambda root: load("libraries", ROOT / "explorer/system_libraries.py")
    )
    monkeypatch.setattr(start.shutil, "which", lambda name: "/usr/bin/apt-get" if has_apt else None)
    text = sentence(start, lambda: start.make_environment(place))
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    assert (f"apt-get install -y {package}" in text) == has_apt


def test_python_whose_venv_lacks_pip(start, place, monkeypatch):
    done = subprocess.CompletedProcess([], 1, b"The virtual environment was not created: ensurepip is not available.")
    monkeypatch.setattr(start, "is_broken", lambda place: True)
    monkeypatch.setattr(start.subprocess, "run", lambda *args, **options: done)
    assert "cannot make virtual environments" in sentence(start, lambda: start.make_environment(place))


def test_folder_that_cannot_be_written(start, place, monkeypatch):
    def refuse(path):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(start, "is_broken", lambda place: True)
    monkeypatch.setattr(start.shutil, "rmtree", refuse)
    text = sentence(start, lambda: start.make_environment(place))
    assert "Read-only file system" in text
    assert str(place.venv) in text


def test_failures_end_with_code_2_and_no_traceback(start, monkeypatch, capsys):
    def fail(place, extra):
        raise start.StartError("Do this.")

    monkeypatch.setattr(start, "ensure_installed", fail)
    assert start.main(["labs"]) == 2
    assert capsys.readouterr().err == "Do this.\n"


# ------------------------------------------------------------------------------------------------- running


@pytest.fixture
def run_app(start: ModuleType, place, monkeypatch: pytest.MonkeyPatch):
    """Runs the app up to the point where it takes over; gives back its command line and Qt platform."""

    def run(*args: str, environ: dict[str, str], missing: tuple[str, ...] = ()) -> tuple[list[str], str | None]:
        libraries = load("libraries", ROOT / "explorer" / "system_libraries.py")
        found: list[tuple[list[str], dict[str, str]]] = []
        on_linux = partial(libraries.missing_packages, loads=lambda library: library not in missing, system="linux")
        monkeypatch.setattr(libraries, "missing_packages", on_linux)
        monkeypatch.setattr(start, "system_libraries", lambda root: libraries)
        monkeypatch.setattr(start.os, "environ", environ)
        monkeypatch.setattr(start.os, "execve", lambda program, command, env: found.append((command, env)))
        start.run_app(place, list(args))
        ((command, env),) = found
        assert command[:2] == [str(place.python), str(place.programs / "neural-explorer")]
        return command[2:], env.get("QT_QPA_PLATFORM")

    return run


linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can lack a display")


@linux_only
@pytest.mark.parametrize("args", [[], ["autoencoder"], ["--device", "cpu"]])
def test_without_a_display_the_demo_plays_offscreen(run_app, capsys, args):
    assert run_app(*args, environ={}) == (["demo", "--out", "demo"], "offscreen")
    assert "No display" in capsys.readouterr().err


@pytest.mark.parametrize("args", [["--help"], ["labs"], ["train", "autoencoder", "--steps", "3"]])
def test_commands_without_a_window_need_no_display_and_no_qt(run_app, args):
    assert run_app(*args, environ={}, missing=("libEGL.so.1",)) == (args, None)


def test_arguments_arrive_as_they_were_given(run_app):
    args = ["autoencoder", "--set", "note=two words", "ü"]
    assert run_app(*args, environ={"DISPLAY": ":0"}) == (args, None)


@linux_only
@pytest.mark.parametrize(
    ("environ", "missing", "packages"),
    [
        ({"DISPLAY": ":0"}, ("libxcb-cursor.so.0",), "libxcb-cursor0"),
        ({"DISPLAY": ":0"}, ("libxcb-cursor.so.0", "libEGL.so.1"), "libegl1 libxcb-cursor0"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, ("libwayland-egl.so.1", "libxcb-cursor.so.0"), "libwayland-egl1"),
        ({"QT_QPA_PLATFORM": "offscreen"}, ("libEGL.so.1", "libxcb-cursor.so.0"), "libegl1"),
        ({}, ("libgthread-2.0.so.0", "libglib-2.0.so.0"), "libglib2.0-0"),
    ],
)
def test_missing_system_libraries_are_named_in_one_apt_line(start, run_app, environ, missing, packages):
    text = sentence(start, lambda: run_app(environ=environ, missing=missing))
    assert f"apt-get install -y {packages}`" in text


def test_every_command_of_the_app_is_known(start):
    done = subprocess.run([sys.executable, "-m", "explorer", "--help"], capture_output=True, text=True, check=True)
    assert {command for command in start.COMMANDS if command not in done.stdout} == set()


def test_all_checks_run_even_if_one_fails_and_pytest_is_last(start, place, monkeypatch, capsys):
    commands: list[list[str]] = []

    def call(command, cwd):
        commands.append(command)
        return int("mypy" in command)

    monkeypatch.setattr(start, "check_libraries", lambda *args: None)
    monkeypatch.setattr(start.subprocess, "call", call)
    assert start.run_checks(place, ["-k", "two words"]) == 1
    assert len(commands) == 5
    assert commands[-1][2:] == ["pytest", "-k", "two words"]
    printed = capsys.readouterr().out
    assert "mypy: FAILED" in printed
    assert "ruff check: passed" in printed
    assert printed.endswith("failed: mypy\n")


def test_old_python_gets_a_sentence(start):
    source = (ROOT / "start.py").read_text(encoding="utf-8")
    head = source[: source.index("import hashlib")].replace("sys.version_info", "(3, 8, 0)")
    done = subprocess.run([sys.executable, "-c", head], capture_output=True, text=True)
    assert done.returncode == 2
    assert "needs Python 3.10 or newer and this is Python 3.8" in done.stderr


@pytest.mark.slow
def test_second_start_runs_the_app_without_installing(start, tmp_path):
    """The real thing, with this interpreter's environment standing in for the one that was installed."""
    root = tmp_path / "two words"
    (root / "explorer").mkdir(parents=True)
    for name in ("start.py", "pyproject.toml", "constraints.txt", "explorer/system_libraries.py"):
        (root / name).write_bytes((ROOT / name).read_bytes())
    place = start.Place(root)
    place.programs.mkdir(parents=True)
    os.symlink(sys.executable, place.python)
    (place.programs / "neural-explorer").write_text("import sys; print('app', *sys.argv[1:], sep='|')")
    start.write_stamp(place, f" {place.digest()}")
    done = subprocess.run(
        [sys.executable, root / "start.py", "labs", "a b"], capture_output=True, text=True, cwd=tmp_path
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "app|labs|a b\n", "")
