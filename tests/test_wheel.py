"""The wheel holds everything: it trains from an environment and a folder that know nothing of the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = "Scripts" if os.name == "nt" else "bin"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program away from the checkout and give back what it printed."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment with the wheel in it; the heavy dependencies are borrowed from this one."""
    folder = tmp_path_factory.mktemp("fresh environment")
    venv.create(folder)
    python = folder / PROGRAMS / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")
    return folder / PROGRAMS


def test_wheel_contains_every_file_of_the_package(wheel: Path):
    inside = set(zipfile.ZipFile(wheel).namelist())
    package = (path for path in (ROOT / "explorer").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    expected = {path.relative_to(ROOT).as_posix() for path in package}
    assert expected <= inside
    assert any(name.startswith("explorer/resources/") for name in expected)
    assert any(name.startswith("explorer/pretrained/") and name.endswith(".safetensors") for name in expected)


def test_wheel_contains_nothing_but_the_package_and_its_licences(wheel: Path):
    inside = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in inside} == {"explorer", "neural_explorer"}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in inside)


def test_wheel_trains_outside_the_checkout(fresh: Path, tmp_path: Path):
    where = run(fresh / "python", "-c", "import explorer; print(explorer.__file__)", cwd=tmp_path).strip()
    assert Path(where).resolve().is_relative_to(fresh.parent.resolve())
    printed = run(fresh / "neural-explorer", "train", "autoencoder", "--steps", "10", cwd=tmp_path)
    assert "10" in printed
