"""The files around the package agree with each other."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from explorer import system_libraries

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIREMENTS = [*PROJECT["dependencies"], *chain(*PROJECT["optional-dependencies"].values())]
PINS = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize("line", [line for line in REQUIREMENTS if not line.startswith(("neural-explorer", "tomli"))])
def test_constraints_pin_every_dependency_within_its_range(line: str):
    wanted = Requirement(line)
    (pin,) = [pin for pin in PINS if canonicalize_name(pin.name) == canonicalize_name(wanted.name)]
    (exact,) = pin.specifier
    assert exact.operator == "=="
    assert wanted.specifier.contains(exact.version)


def test_constraints_hold_on_any_machine():
    for pin in PINS:
        assert pin.url is None
        assert "+" not in str(pin.specifier)


def test_ci_installs_every_package_qt_may_miss():
    installed = (ROOT / ".ci" / "run").read_text(encoding="utf-8").split()
    missing = system_libraries.missing_packages("xcb", loads=lambda library: False, system="linux")
    assert set(missing) <= set(installed)


def test_version_is_stated_once():
    assert "version" in PROJECT["dynamic"]
    done = subprocess.run([sys.executable, "-m", "explorer", "--version"], capture_output=True, text=True, check=True)
    assert re.search(r"\b\d+\.\d+\.\d+\b", done.stdout)
