"""What the window remembers from one start to the next."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings


class Settings:
    """Window, layouts, theme and last folders in one INI file; a damaged file counts as empty.

    Args:
        path: The file; None remembers nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self._store = QSettings(str(path), QSettings.Format.IniFormat) if path is not None else None

    def text(self, key: str, default: str = "") -> str:
        """A string."""
        value = self._store.value(key, default) if self._store is not None else default
        return value if isinstance(value, str) else default

    def data(self, key: str) -> QByteArray:
        """Bytes; empty when there are none."""
        value = self._store.value(key) if self._store is not None else None
        return value if isinstance(value, QByteArray) else QByteArray()

    def put(self, key: str, value: str | QByteArray) -> None:
        """Remember a string or bytes."""
        if self._store is not None:
            self._store.setValue(key, value)

    def sync(self) -> None:
        """Write now; a folder that cannot be written to is no reason to complain."""
        if self._store is not None:
            self._store.sync()


def settings_path() -> Path:
    """Where the user's settings live."""
    from platformdirs import user_config_path

    return user_config_path("neural-explorer", appauthor=False) / "window.ini"
