#!/usr/bin/env python3
"""Start neural-explorer from a checkout: make .venv, install once, run.

    start.py [ARGS ...]         the app; everything after start.py goes to the command neural-explorer
    start.py test [ARGS ...]    every check: ruff, mypy, import-linter, pytest; ARGS go to pytest

Standard library only. Problems that a person can fix are one sentence each, with exit code 2.
"""

import os
import sys

if sys.version_info < (3, 10):
    sys.stderr.write("neural-explorer needs Python 3.10 or newer and this is Python %d.%d: " % sys.version_info[:2])
    sys.stderr.write("install a newer one and run it as, for example, python3.12 start.py\n")
    sys.exit(2)

import hashlib
import importlib.util
import re
import shutil
import subprocess
import time
from pathlib import Path
from types import ModuleType

# What neural-explorer does without a window; anything else (a lab, or nothing) opens one.
COMMANDS = frozenset({"labs", "train", "export", "pretrain", "bench", "demo", "doctor"})
DRAWING_COMMANDS = frozenset({"export", "bench", "demo"})
QUESTIONS = frozenset({"-h", "--help", "--version"})
NEEDED_BYTES = int(2.5e9)
UNFINISHED = "unfinished"
FIRST_TIME = "Installing neural-explorer into .venv (first time only, about 5 minutes on an ordinary connection)"

NO_SPACE = re.compile("no space left on device|errno 28|winerror 112|disk quota exceeded", re.IGNORECASE)
NO_NETWORK = re.compile(
    "name resolution|name or service not known|nodename nor servname|getaddrinfo failed|network is unreachable|"
    "failed to establish a new connection|max retries exceeded|connection (refused|reset)|connecttimeout|"
    "read timed out|proxyerror|certificate_verify_failed",
    re.IGNORECASE,
)


class StartError(Exception):
    """One sentence for the user, with the remedy in it."""


class NoNetworkError(StartError):
    """The package index cannot be reached; nothing was installed or removed."""


class Place:
    """Where things lie in one checkout.

    Args:
        root: The folder of this file.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.programs = self.venv / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.programs / ("python.exe" if os.name == "nt" else "python")
        self.stamp = self.venv / "installed.txt"
        self.log = self.venv / "install.log"

    def command(self, name: str, *args: str) -> "list[str]":
        """The command line of a program installed in the environment."""
        if os.name == "nt":
            return [str(self.programs / (name + ".exe")), *args]
        # Through the interpreter: a script's first line cannot hold every path.
        return [str(self.python), str(self.programs / name), *args]

    def digest(self) -> str:
        """What an installation depends on: the two files, the interpreter and the folder, as a hash."""
        sources = [self.root / "pyproject.toml", self.root / "constraints.txt", self.venv / "pyvenv.cfg"]
        parts = [path.read_bytes() if path.exists() else b"" for path in sources]
        parts += [os.fsencode(os.path.realpath(self.python)), os.fsencode(self.root)]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def is_installed(self, extra: str) -> bool:
        """Whether the last installation was finished, is still right, and includes an extra ("" or "test")."""
        if not (self.python.exists() and self.stamp.exists()):
            return False
        return self.stamp.read_text(encoding="utf-8") in {f"{level} {self.digest()}" for level in {extra, "test"}}


# ------------------------------------------------------------------------------------------------- installing


def ensure_installed(place: Place, extra: str) -> None:
    """Bring the environment to what pyproject.toml and constraints.txt say, with an extra ("" or "test").

    Raises:
        StartError: It could not be done; the sentence says what to do.
    """
    if place.is_installed(extra):
        return
    with open(place.root / "pyproject.toml", "rb") as lock:  # any file of the checkout serves as the lock
        wait_for_turn(lock.fileno())
        if not place.is_installed(extra):
            install(place, extra)


def wait_for_turn(descriptor: int) -> None:
    """Let only one start.py install at a time: lock an open file, where the system can, until it is closed."""
    if os.name == "nt":
        return
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Waiting for another start.py that is installing here")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        return  # some network drives know no locks


def install(place: Place, extra: str) -> None:
    """Make or mend the environment and install the package into it, then stamp it."""
    check_space(place)
    make_environment(place)
    say(FIRST_TIME if not place.stamp.exists() else "Bringing .venv up to date")
    write_stamp(place, UNFINISHED)
    constraints = ["-c", "constraints.txt"] if (place.root / "constraints.txt").exists() else []
    try:
        run_pip(place, "install", *constraints, "-e", f".[{extra}]" if extra else ".")
        compile_sources(place)
    except NoNetworkError:
        place.stamp.unlink()  # pip downloads before it changes anything, so what is there is still whole
        raise
    write_stamp(place, f"{extra} {place.digest()}")


def compile_sources(place: Place) -> None:
    """Write the bytecode now: the first start is as quick as the second, and so it is where Python may not write."""
    command = [str(place.python), "-m", "compileall", "-q", "explorer"]
    subprocess.run(command, cwd=str(place.root), stdout=subprocess.DEVNULL)


def write_stamp(place: Place, text: str) -> None:
    """Replace the stamp in one go."""
    fresh = place.stamp.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, place.stamp)


def check_space(place: Place) -> None:
    """Refuse to begin what the disk cannot hold.

    Raises:
        StartError: Too little is free.
    """
    free = shutil.disk_usage(place.root).free
    if not place.python.exists() and free < NEEDED_BYTES:
        raise StartError(
            f"Installing needs about {NEEDED_BYTES / 1e9:.1f} GB and only {free / 1e9:.1f} GB are free "
            f"in {place.root}: free some space, or move this folder to a larger disk, and start again."
        )


def make_environment(place: Place) -> None:
    """Make .venv, from scratch where the last installation was cut short or its Python has gone.

    Raises:
        StartError: This Python cannot make environments, or the folder cannot be written.
    """
    if place.venv.exists() and not is_broken(place):
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise StartError(no_venv_sentence())
    try:
        if place.venv.exists():
            shutil.rmtree(place.venv)
        place.venv.mkdir()
    except OSError as error:
        raise StartError(
            f"Cannot write {place.venv} ({error.strerror}): move this folder to where you may write."
        ) from error
    python = getattr(sys, "_base_executable", None) or sys.executable
    made = subprocess.run([python, "-m", "venv", str(place.venv)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode:
        output = made.stdout.decode(errors="replace")
        raise StartError(no_venv_sentence()) if "ensurepip" in output else explain(output, place)


def is_broken(place: Place) -> bool:
    """Whether an existing environment is better made anew than mended."""
    unfinished = place.stamp.exists() and place.stamp.read_text(encoding="utf-8") == UNFINISHED
    if unfinished or not place.python.exists():
        return True
    return subprocess.run([str(place.python), "-I", "-m", "pip", "--version"], capture_output=True).returncode != 0


def no_venv_sentence() -> str:
    """What to do where Python came without its venv module."""
    version = "%d.%d" % sys.version_info[:2]
    if shutil.which("apt-get"):
        line = system_libraries(Path(__file__).resolve().parent).apt_line([f"python{version}-venv"])
        return f"This Python cannot make virtual environments: run `{line}` and start again."
    return f"This Python {version} cannot make virtual environments: install a complete Python and start again."


def run_pip(place: Place, *args: str) -> None:
    """Run the environment's pip in the checkout, its output in the log, the seconds on the terminal.

    Raises:
        StartError: pip failed; the sentence tells the usual causes apart.
    """
    command = [str(place.python), "-I", "-m", "pip", *args, "--no-input", "--disable-pip-version-check"]
    environ = {**os.environ, "PIP_USER": "0", "PIP_PROGRESS_BAR": "off"}
    with open(place.log, "wb") as log:
        pip = subprocess.Popen(command, cwd=place.root, env=environ, stdout=log, stderr=subprocess.STDOUT)
        try:
            show_progress(pip, place.log)
        except BaseException:
            pip.terminate()
            pip.wait()
            raise
    if pip.returncode:
        raise explain(place.log.read_text(encoding="utf-8", errors="replace"), place)


def show_progress(pip: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait for pip; on a terminal, one moving line with the seconds and what pip is doing."""
    began = time.monotonic()
    moving = sys.stderr.isatty()
    while pip.poll() is None:
        time.sleep(0.1)
        if moving:
            doing = last_line(log.read_text(encoding="utf-8", errors="replace"))
            show_line(f"  {time.monotonic() - began:.0f} s  {doing}")
    if moving:
        show_line("")


def show_line(text: str) -> None:
    """Put text in the place of the terminal's current line."""
    width = shutil.get_terminal_size().columns - 1
    sys.stderr.write("\r" + text[:width].ljust(width) + "\r")
    sys.stderr.flush()


def last_line(text: str) -> str:
    """The last line with something in it, or nothing."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def explain(output: str, place: Place) -> StartError:
    """The error for a failed installation, from what pip or venv printed."""
    if NO_SPACE.search(output):
        return StartError(
            f"The disk is full: free about {NEEDED_BYTES / 1e9:.1f} GB (6 GB where torch brings CUDA) in {place.root} "
            "or in the folder for temporary files, and start again."
        )
    if NO_NETWORK.search(output):
        return NoNetworkError(
            "The package index cannot be reached: connect to the internet (or set HTTPS_PROXY) and start again; "
            "it is needed for installing only."
        )
    errors = [line.strip() for line in output.splitlines() if line.strip().startswith("ERROR:")]
    reason = errors[0] if errors else last_line(output)
    return StartError(f"Installing failed ({reason}): all of it is in {place.log}; mend that and start again.")


# ------------------------------------------------------------------------------------------------- the app


def run_app(place: Place, args: "list[str]") -> int:
    """Run neural-explorer, without a display its demo instead of its window.

    Args:
        place: The checkout, installed.
        args: What came after start.py.

    Returns:
        The app's exit code (on POSIX it does not return: the app takes the place of this process).

    Raises:
        StartError: A system library is missing.
    """
    libraries = system_libraries(place.root)
    environ = dict(os.environ)
    if opens_window(args) and not libraries.has_display(environ):
        say("No display found: playing the demo offscreen into the folder demo instead of opening the window")
        environ["QT_QPA_PLATFORM"] = "offscreen"
        args = ["demo", "--out", "demo"]
    if opens_window(args):
        check_libraries(libraries, libraries.qt_platform(environ))
    elif DRAWING_COMMANDS.intersection(args[:1]):
        check_libraries(libraries, "offscreen")
    command = place.command("neural-explorer", *args)
    if os.name == "nt":
        return subprocess.call(command, env=environ)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], command, environ)


def opens_window(args: "list[str]") -> bool:
    """Whether neural-explorer would open its window with these arguments."""
    return not QUESTIONS.intersection(args) and not COMMANDS.intersection(args)


def system_libraries(root: Path) -> ModuleType:
    """The package's knowledge of Qt's system libraries, loaded by path: it serves before the package is installed."""
    path = root / "explorer" / "system_libraries.py"
    spec = importlib.util.spec_from_file_location("system_libraries", path)
    if spec is None or spec.loader is None:
        raise StartError(f"{path} is missing: this checkout is not whole, so get it again.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_libraries(libraries: ModuleType, platform: str) -> None:
    """See that Qt will find what it needs.

    Raises:
        StartError: It will not; the sentence holds the apt-get line.
    """
    missing = libraries.missing_packages(platform)
    if missing:
        raise StartError(
            f"Qt needs system libraries that are missing: run `{libraries.apt_line(missing)}` and start again."
        )


# ------------------------------------------------------------------------------------------------- the checks


def run_checks(place: Place, pytest_args: "list[str]") -> int:
    """Run every check, all of them even if one fails, pytest last; 0 if all passed, else 1."""
    check_libraries(system_libraries(place.root), "offscreen")
    python = str(place.python)
    checks = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy"],
        "import-linter": place.command("lint-imports", "--no-logo"),
        "pytest": [python, "-m", "pytest", *pytest_args],
    }
    failed = [name for name, command in checks.items() if not passes(name, command, place.root)]
    if failed:
        print("failed: " + ", ".join(failed))
    return 1 if failed else 0


def passes(name: str, command: "list[str]", folder: Path) -> bool:
    """Run one check and say how it went; pytest says so itself."""
    print(f"== {name}", flush=True)
    began = time.monotonic()
    passed = subprocess.call(command, cwd=folder) == 0
    if name != "pytest":
        print(f"{name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - began:.1f} s\n", flush=True)
    return passed


# ------------------------------------------------------------------------------------------------- this command


def say(sentence: str) -> None:
    """Tell the user, at once, without mixing with the app's output."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def main(args: "list[str]") -> int:
    """Run start.py.

    Args:
        args: The command line without the program's name.

    Returns:
        The exit code: 2 after a problem that the user can fix.
    """
    place = Place(Path(__file__).resolve().parent)
    try:
        if args[:1] == ["test"]:
            ensure_installed(place, "test")
            return run_checks(place, args[1:])
        ensure_installed(place, "")
        return run_app(place, args)
    except StartError as problem:
        say(str(problem))
        return 2
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
