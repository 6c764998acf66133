"""What Qt needs from a Linux system: which libraries, in which packages, and whether there is a display.

Standard library only, and importing nothing of this package: `start.py` loads this file by its path before anything
is installed. The tables are what `readelf -d` shows for PySide6's own libraries and for its two window plugins, as far
as they are not part of the wheel.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterable, Mapping

# library -> Debian and Ubuntu package
_FOR_ANY_PICTURE: Mapping[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
_FOR_X11: Mapping[str, str] = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_FOR_WAYLAND: Mapping[str, str] = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
_FOR_WINDOWS: Mapping[str, Mapping[str, str]] = {"xcb": _FOR_X11, "wayland": _FOR_WAYLAND}


def has_display(environ: Mapping[str, str] = os.environ, system: str = sys.platform) -> bool:
    """Whether a window could be shown.

    Args:
        environ: The environment variables.
        system: The platform as `sys.platform` names it; only Linux can lack a display.

    Returns:
        True when there is an X11 or Wayland display, or when the caller chose a Qt platform.
    """
    if not system.startswith("linux"):
        return True
    return any(environ.get(name) for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"))


def qt_platform(environ: Mapping[str, str] = os.environ) -> str:
    """The Qt platform plugin that a window would be shown with on Linux.

    Args:
        environ: The environment variables.

    Returns:
        "xcb", "wayland", "offscreen" or whatever QT_QPA_PLATFORM names.
    """
    chosen = environ.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if chosen:
        return "wayland" if chosen.startswith("wayland") else chosen
    if environ.get("WAYLAND_DISPLAY"):
        return "wayland"
    return "xcb" if environ.get("DISPLAY") else "offscreen"


def can_load(library: str) -> bool:
    """Whether the system's loader finds a shared library.

    Args:
        library: Its file name with version, such as "libEGL.so.1".
    """
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_packages(
    platform: str, loads: Callable[[str], bool] = can_load, system: str = sys.platform
) -> tuple[str, ...]:
    """The Debian packages whose libraries Qt would not find.

    Args:
        platform: A Qt platform as `qt_platform` returns it.
        loads: Tells whether one library is there.
        system: The platform as `sys.platform` names it; nothing is ever missing outside Linux.

    Returns:
        Package names in alphabetical order, each once.
    """
    if not system.startswith("linux"):
        return ()
    needed = {**_FOR_ANY_PICTURE, **_FOR_WINDOWS.get(platform, {})}
    return tuple(sorted({package for library, package in needed.items() if not loads(library)}))


def apt_line(packages: Iterable[str]) -> str:
    """The command that installs packages on Debian and Ubuntu, with sudo where the user is not root.

    Args:
        packages: Package names.
    """
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return " ".join([*([] if is_root else ["sudo"]), "apt-get install -y", *packages])
