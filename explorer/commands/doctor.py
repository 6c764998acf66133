"""`neural-explorer doctor`: whether everything the app needs is there, each with a remedy where it is not."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from explorer import __version__, system_libraries
from explorer.commands.arguments import Parser
from explorer.core.errors import UserError

PACKAGES = ("PySide6-Essentials", "torch", "numpy", "superqt", "cmap", "ziamath", "safetensors", "msgspec", "Pillow")
MIB = 2**20


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes:
        name: What.
        value: What was found.
        remedy: What to do about it; empty when all is well.
    """

    name: str
    value: str
    remedy: str = ""


def run(args: list[str]) -> int:
    """Print what was found; 1 if something is wrong."""
    Parser("doctor", "See whether everything the app needs is there.").parse_args(args)
    findings = [finding for look in LOOKS for finding in look()]
    print(as_text(findings))
    return 1 if any(finding.remedy for finding in findings) else 0


def as_text(findings: list[Finding]) -> str:
    """One line for each finding, the remedy below what is wrong."""
    width = max(len(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        lines.append(f"{'wrong' if finding.remedy else 'ok':<5}  {finding.name:<{width}}  {finding.value}")
        if finding.remedy:
            lines.append(f"{'':<5}  {'':<{width}}  {finding.remedy}")
    return "\n".join(lines)


# ------------------------------------------------------------------------------------------------- what is looked at


def versions() -> list[Finding]:
    """Of the app, Python and the packages it stands on."""
    from importlib.metadata import PackageNotFoundError, version

    found = [
        Finding("neural-explorer", __version__),
        Finding("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
    ]
    for name in PACKAGES:
        try:
            found.append(Finding(name, version(name), _version_remedy(name, version(name))))
        except PackageNotFoundError:
            found.append(Finding(name, "missing", f'Run `"{sys.executable}" -m pip install {name}`.'))
    return found


def _version_remedy(name: str, version: str) -> str:
    if name == "PySide6-Essentials" and version.startswith("6.12.") and sys.version_info < (3, 12):
        return f'This version aborts on Python before 3.12; run `"{sys.executable}" -m pip install "{name}<6.12"`.'
    return ""


def display() -> list[Finding]:
    """Where a window would open, and the system libraries it takes."""
    there = system_libraries.has_display()
    name = system_libraries.qt_platform() if sys.platform.startswith("linux") else platform.system()
    missing = system_libraries.missing_packages(name)
    install = f"Run `{system_libraries.apt_line(missing)}`."
    demo = "Start from a desktop; `neural-explorer demo --out demo` draws everything into files without one."
    return [
        Finding("display", name if there else "none", "" if there else demo),
        Finding(
            "system libraries", "missing: " + ", ".join(missing) if missing else "all there", install * bool(missing)
        ),
    ]


def qt() -> list[Finding]:
    """Whether Qt starts, and with which fonts; in a process of its own, since Qt aborts where it cannot."""
    environ = {**os.environ} if system_libraries.has_display() else {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "explorer.ui.health"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60)
        report = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return [Finding("Qt", "does not start", f"Run `{' '.join(command)}` to see why.")]
    width, height = report["screen_px"]
    lost = ", ".join(report["missing_fonts"])
    again = "The installation is not whole; install neural-explorer again."
    return [
        Finding("Qt", f"{report['platform']}, screen {width} x {height}"),
        Finding("fonts", f"missing: {lost}" if lost else "Inter, JetBrains Mono", again if lost else ""),
    ]


def device() -> list[Finding]:
    """Where torch computes."""
    from explorer.catalog import PREPARE, resolve

    cores = Finding("cores", str(os.cpu_count() or 1))
    try:
        return [cores, Finding("device", resolve(PREPARE)("auto").text)]
    except (ImportError, OSError) as error:
        remedy = f'Run `"{sys.executable}" -m pip install --force-reinstall torch`.'
        if sys.platform == "win32":
            remedy = "Install the Microsoft Visual C++ Redistributable, then " + remedy[0].lower() + remedy[1:]
        return [cores, Finding("device", f"torch does not load ({error})", remedy)]


def folders() -> list[Finding]:
    """Whether settings, temporary files and exports can be written."""
    from platformdirs import user_config_path

    settings = user_config_path("neural-explorer", appauthor=False)
    places = {"settings": settings, "temporary files": Path(tempfile.gettempdir()), "this folder": Path.cwd()}
    return [_folder(name, path) for name, path in places.items()]


def _folder(name: str, path: Path) -> Finding:
    existing = next(parent for parent in (path, *path.parents) if parent.exists())
    try:
        tempfile.TemporaryFile(dir=existing).close()
    except OSError as error:
        return Finding(name, f"{path} ({error.strerror})", "Make it writable, or start from another folder.")
    return Finding(name, str(path))


def stored_runs() -> list[Finding]:
    """Whether the files shipped with the app are whole."""
    from explorer.catalog import LABS, spec
    from explorer.core.session import load_session
    from explorer.core.stored import read_card, stored_path

    found = []
    for stem in (stored.stem for entry in LABS for stored in spec(entry.id).stored):
        try:
            card, session = read_card(stem), load_session(stored_path(stem), with_state=False)
            found.append(Finding(stem, f"{card.title}, {session.step:,} steps"))
        except UserError:
            found.append(Finding(stem, "missing or damaged", f"Run `neural-explorer pretrain {stem.split('-')[0]}`."))
    return found


LOOKS: tuple[Callable[[], list[Finding]], ...] = (versions, display, qt, device, folders, stored_runs)
