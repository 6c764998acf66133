"""Writing files whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from explorer.core.errors import UserError


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` in one go: a temporary file beside it, flushed, then renamed over it.

    Raises:
        UserError: It cannot be written; what was at ``path`` before is still there.
    """
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    except OSError as error:
        raise write_error(path, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise write_error(path, error) from error


def make_folder(folder: Path) -> Path:
    """The folder, made where it is missing.

    Raises:
        UserError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UserError(f"{folder} is a file; choose another name for the folder.") from None
    except OSError as error:
        raise UserError(f"The folder {folder} cannot be made ({error.strerror}); choose another one.") from error
    return folder


def write_error(path: Path, error: OSError) -> UserError:
    """The sentence for a failed write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserError(f"The disk is full: {path} was not written; free some space or choose another folder.")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return UserError(f"There is no folder {path.parent}; make it first or choose another one.")
    if error.errno == errno.EISDIR or path.is_dir():
        return UserError(f"{path} is a folder; choose a file name.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return UserError(f"The folder {path.parent} cannot be written to; choose another one.")
    return UserError(f"{path} was not written ({error.strerror or error}); choose another place.")


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current
