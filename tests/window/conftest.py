"""A display of its own with a window manager, and the app on it, as a person starts it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

TOOLS = ("Xvfb", "openbox", "xdotool", "import")
ROOT = Path(__file__).resolve().parents[2]
SCREEN = (1700, 1000)
SIZE = (1600, 900)
PATIENCE_S = 60.0
END_S = 10.0

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Box:
    """A part of the window, in pixels from its upper left corner."""

    left: int
    top: int
    width: int
    height: int

    def at(self, across: float, down: float) -> tuple[int, int]:
        """A place inside, as fractions of width and height."""
        return round(self.left + across * self.width), round(self.top + down * self.height)

    def of(self, picture: Pixels) -> Pixels:
        """This part of a picture of the window."""
        return picture[self.top : self.top + self.height, self.left : self.left + self.width]


def poll(what: str, holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Look again and again until something holds; every look takes its time by itself."""
    end = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"waited {patience_s:.0f} s in vain until {what}")


class Screen:
    """One X display.

    Args:
        number: Its number.
    """

    def __init__(self, number: str) -> None:
        self.environment = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": "1"}

    def run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        """Run a program on it."""
        return subprocess.run(command, env=self.environment, capture_output=True, timeout=PATIENCE_S)

    def picture(self, window: str) -> Pixels:
        """One window without its frame, (height, width, 3) uint8."""
        done = self.run("import", "-window", window, "-silent", "png:-")
        return np.array(Image.open(BytesIO(done.stdout)).convert("RGB"))


class App:
    """The app in a window of :data:`SIZE`.

    Args:
        screen: Where.
        home: Its settings folder.
        lab_id: The lab it opens on.
    """

    def __init__(self, screen: Screen, home: Path, lab_id: str = "autoencoder") -> None:
        self.screen = screen
        environment = {**screen.environment, "XDG_CONFIG_HOME": str(home)}
        command = [sys.executable, "-m", "explorer", lab_id, "--device", "cpu"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        self._id = ""
        poll("the window is there", self._find)
        screen.run("xdotool", "windowsize", self._id, *map(str, SIZE))
        poll("the window has its size", lambda: self._geometry()[2:] == SIZE)

    def _find(self) -> bool:
        assert self.process.poll() is None, self.process.communicate()[1]
        found = self.screen.run("xdotool", "search", "--onlyvisible", "--name", "Neural Explorer").stdout.split()
        self._id = found[0].decode() if found else ""
        return bool(found)

    def _geometry(self) -> tuple[int, int, int, int]:
        """Left, top, width and height on the screen."""
        lines = self.screen.run("xdotool", "getwindowgeometry", "--shell", self._id).stdout.decode().split()
        values = dict(line.split("=", 1) for line in lines)
        return int(values["X"]), int(values["Y"]), int(values["WIDTH"]), int(values["HEIGHT"])

    def picture(self) -> Pixels:
        """The window, (height, width, 3) uint8."""
        return self.screen.picture(self._id)

    def key(self, *keys: str) -> None:
        """Press keys, as xdotool names them."""
        self.screen.run("xdotool", "key", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self.screen.run("xdotool", "type", "--delay", "5", text)

    def point(self, at: tuple[int, int]) -> None:
        """Move the pointer."""
        self.screen.run("xdotool", *self._move(at))

    def drag(self, *places: tuple[int, int]) -> None:
        """Press at the first place, move through the others, let go at the last."""
        first, *rest = places
        moves = [word for place in rest for word in self._move(place)]
        self.screen.run("xdotool", *self._move(first), "mousedown", "1", *moves, "mouseup", "1")

    def click(self, at: tuple[int, int]) -> None:
        """Press and let go."""
        self.screen.run("xdotool", *self._move(at), "click", "1")

    def end(self) -> tuple[int, str]:
        """Wait for its end; exit code and what it said."""
        _, said = self.process.communicate(timeout=END_S)
        return self.process.returncode, said

    def _move(self, at: tuple[int, int]) -> tuple[str, ...]:
        """Move the pointer to a place of the window; the window manager's frame does not count."""
        return "mousemove", "--window", self._id, str(at[0]), str(at[1])


def _manager(screen: Screen) -> subprocess.Popen[bytes]:
    silent = subprocess.DEVNULL
    return subprocess.Popen(["openbox"], env=screen.environment, stdin=silent, stdout=silent, stderr=silent)


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        reason = f"a real window needs {', '.join(missing)}; run `apt-get install xvfb openbox xdotool imagemagick`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    found = Screen(server.stdout.readline().strip())
    managers = [_manager(found)]

    def managed() -> bool:
        if managers[-1].poll() is not None:  # it gives up when it comes before the screen is ready
            managers.append(_manager(found))
        return found.run("xdotool", "get_num_desktops").returncode == 0

    poll("the window manager is there", managed)
    yield found
    for process in (managers[-1], server):
        process.terminate()
        process.wait(timeout=END_S)
    server.stdout.close()


@pytest.fixture
def start(screen: Screen, tmp_path: Path) -> Iterator[Callable[[str], App]]:
    """Starts the app on a lab."""
    started: list[App] = []

    def begin(lab_id: str) -> App:
        started.append(App(screen, tmp_path, lab_id))
        return started[-1]

    yield begin
    for app in started:
        if app.process.poll() is None:
            app.process.kill()
            app.process.communicate()


@pytest.fixture
def app(start: Callable[[str], App]) -> App:
    return start("autoencoder")


def boxes_of(lab_id: str, places: Mapping[str, str]) -> dict[str, Box]:
    """Where things are in a window of this size, measured in one that nobody sees.

    Args:
        lab_id: The lab that is open.
        places: Expressions by name; ``window``, ``panel(id)`` and ``box(widget, rect=None)`` are there to be used.
    """
    script = """
        import json
        from PySide6.QtCore import QPoint, QRect
        from explorer.ui.app import make_app, make_window
        app = make_app()
        window = make_window(%r, mode="light")
        window.resize(%d, %d)
        window.stop()
        window.show()
        for _ in range(50):
            app.processEvents()
        panel = window.lab.panel
        def box(widget, rect=None):
            rect = rect or QRect(QPoint(0, 0), widget.size())
            return QRect(widget.mapTo(window, rect.topLeft()), rect.size()).getRect()
        def plot(view):
            axes = view.axes(view.area())
            return box(view, QRect(round(axes.left), round(axes.top), round(axes.width), round(axes.height)))
        print(json.dumps({name: eval(words) for name, words in %r.items()}))
        window.close()
    """
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", textwrap.dedent(script) % (lab_id, *SIZE, dict(places))]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    return {name: Box(*values) for name, values in json.loads(done.stdout.splitlines()[-1]).items()}


@pytest.fixture(scope="session")
def boxes(screen: Screen) -> dict[str, Box]:
    """Places in the window of the autoencoder lab."""
    return boxes_of(
        "autoencoder",
        {
            "map": "plot(panel('map').view)",
            "decoded": "box(panel('decoded').picture,"
            " panel('decoded').picture.picture_rect(panel('decoded').picture.area()).toAlignedRect())",
            "manifold": "box(panel('manifold').view)",
            "curves": "box(panel('curves').view)",
            "steps": "box(window.transport.step_label)",
            "header": "box(window.header)",
        },
    )
