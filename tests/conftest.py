"""What holds for every test: no display needed, no settings of the person who runs them touched, no chance."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import hypothesis
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # the models are small: more threads would only wait for one another

_STATUS = pytest.StashKey[int]()

# The same examples on every run, and no deadline: machines that run tests are busy.
hypothesis.settings.register_profile("project", derandomize=True, deadline=None)
hypothesis.settings.load_profile("project")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End here, with everything said: what Qt and torch destroy after Python has gone is no test of ours.

    That the app itself ends well, with exit code 0, is tested in processes of its own.
    """
    status = config.stash.get(_STATUS, None)
    if status is not None and "PySide6.QtWidgets" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Keep the exit code for the very end."""
    session.config.stash[_STATUS] = int(exitstatus)


@pytest.fixture(scope="session", autouse=True)
def _own_settings_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Settings and data of the app go to a folder of this run."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            patch.setenv(name, str(home / name.lower()))
        yield
