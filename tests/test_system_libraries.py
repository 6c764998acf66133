"""What Qt needs from a Linux system."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from unittest.mock import MagicMock

import PySide6
import pytest

from explorer import system_libraries

# Part of the C library or of the compiler's runtime: wherever Python runs, these are.
ALWAYS_THERE = {"libc", "libm", "libdl", "libpthread", "librt", "libgcc_s"}
IN_THE_WHEEL = ("libQt6", "libicu", "libpyside6", "libshiboken6")


@pytest.mark.parametrize(
    ("environ", "platform"),
    [
        ({}, "offscreen"),
        ({"DISPLAY": ":0"}, "xcb"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "wayland"),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen:size=800x600"}, "offscreen"),
        ({"WAYLAND_DISPLAY": "wayland-0", "QT_QPA_PLATFORM": "xcb;wayland"}, "xcb"),
        ({"QT_QPA_PLATFORM": "wayland-egl"}, "wayland"),
    ],
)
def test_platform_follows_the_environment(environ: dict[str, str], platform: str):
    assert system_libraries.qt_platform(environ) == platform


@pytest.mark.parametrize(
    ("environ", "system", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_only_linux_can_lack_a_display(environ: dict[str, str], system: str, expected: bool):
    assert system_libraries.has_display(environ, system) is expected


def test_packages_come_once_in_order_and_only_on_linux():
    def nothing_loads(library: str) -> bool:
        return False

    packages = system_libraries.missing_packages("xcb", nothing_loads, "linux")
    assert list(packages) == sorted(set(packages))
    assert {"libegl1", "libxcb-cursor0"} <= set(packages)
    assert "libxcb-cursor0" not in system_libraries.missing_packages("offscreen", nothing_loads, "linux")
    assert system_libraries.missing_packages("xcb", nothing_loads, "darwin") == ()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no sudo there")
@pytest.mark.parametrize(("user_id", "line"), [(0, "apt-get install -y a b"), (1000, "sudo apt-get install -y a b")])
def test_apt_line_asks_for_rights_only_where_needed(monkeypatch: pytest.MonkeyPatch, user_id: int, line: str):
    monkeypatch.setattr(os, "geteuid", lambda: user_id)
    assert system_libraries.apt_line(["a", "b"]) == line


def test_a_library_that_does_not_exist_does_not_load():
    assert not system_libraries.can_load("libno-such-library.so.1")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux libraries")
@pytest.mark.parametrize(
    ("platform", "files"),
    [
        ("offscreen", ["lib/libQt6Core.so.6", "lib/libQt6Gui.so.6", "lib/libQt6Widgets.so.6", "lib/libQt6Svg.so.6"]),
        ("xcb", ["plugins/platforms/libqxcb.so", "lib/libQt6XcbQpa.so.6"]),
        ("wayland", ["plugins/platforms/libqwayland*.so", "lib/libQt6WaylandClient.so.6"]),
    ],
)
def test_tables_name_every_library_that_qt_itself_names(platform: str, files: list[str]):
    """The oracle: the names of shared libraries inside Qt's own files."""
    folder = Path(PySide6.__file__).parent / "Qt"
    paths = [path for pattern in files for path in folder.glob(pattern)]
    assert len(paths) >= len(files)
    named = {
        name.decode() for path in paths for name in re.findall(rb"\0(lib[\w.+-]+\.so\.\d+)(?=\0)", path.read_bytes())
    }
    needed = {name for name in named if not name.startswith(IN_THE_WHEEL) and name.split(".")[0] not in ALWAYS_THERE}
    assert needed
    loads = MagicMock(return_value=True)
    system_libraries.missing_packages(platform, loads, "linux")
    assert needed <= {call.args[0] for call in loads.call_args_list}
