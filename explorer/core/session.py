"""Sessions: everything needed to come back to an exact state, in one safetensors file with a typed header.

The arrays are named ``state/…``, ``frames/…``, ``series/<name>/steps|values`` and ``ghost/<i>/<name>/steps|values``;
the header is JSON in the file's metadata. Stored runs shipped with the app are sessions too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np

from explorer.core.errors import UserError
from explorer.core.experiment import Experiment
from explorer.core.files import write_atomically
from explorer.core.frames import Array, frozen
from explorer.core.ghosts import MAX_GHOSTS
from explorer.core.run import Ghost
from explorer.core.scalars import Series

SCHEMA_VERSION = 1
MAX_BYTES = 512 * 2**20
MAX_HEADER_BYTES = 4 * 2**20
_KEY = "neural-explorer"

View = Mapping[str, float | str | list[float]]
Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: dict[int, Migration] = {}
"""From a header of version n to one of version n + 1."""


_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class _GhostHeader(msgspec.Struct, forbid_unknown_fields=True):
    label: str
    branch_step: _Count = 0


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    schema_version: int
    lab: str
    app_version: str
    seed: _Count
    step: _Count
    params: dict[str, bool | int | float | str]
    ghosts: Annotated[list[_GhostHeader], msgspec.Meta(max_length=MAX_GHOSTS)] = []
    view: dict[str, float | str | list[float]] = {}


@dataclass(frozen=True, eq=False)
class Session:
    """A run at rest.

    Attributes:
        lab: Lab id.
        params: Parameter values by name.
        seed: Seed of the run.
        step: Step of the state.
        state: The experiment's state.
        frames: Frames at that step, painted before the model is there.
        series: The run's numbers.
        ghosts: Earlier runs.
        view: What the window shows: probe, hidden classes and the like.
        app_version: Version that wrote it.
    """

    lab: str
    params: Mapping[str, bool | int | float | str]
    seed: int
    step: int
    state: Mapping[str, Array]
    frames: Mapping[str, Array]
    series: Series
    ghosts: tuple[Ghost, ...] = ()
    view: View = field(default_factory=dict)
    app_version: str = ""


def save_session(session: Session, path: Path) -> None:
    """Write a session, whole or not at all.

    Raises:
        UserError: The file cannot be written.
    """
    write_atomically(path, session_bytes(session))


def session_bytes(session: Session) -> bytes:
    """The file's content."""
    from safetensors.numpy import save

    header = _Header(
        SCHEMA_VERSION,
        session.lab,
        session.app_version,
        session.seed,
        session.step,
        dict(session.params),
        [_GhostHeader(g.label, g.branch_step) for g in session.ghosts],
        dict(session.view),
    )
    arrays = {f"state/{k}": a for k, a in session.state.items()} | {f"frames/{k}": a for k, a in session.frames.items()}
    arrays |= _series_arrays("series", session.series)
    for i, ghost in enumerate(session.ghosts):
        arrays |= _series_arrays(f"ghost/{i}", ghost.series)
    contiguous = {k: np.asarray(a, order="C") for k, a in arrays.items()}  # ascontiguousarray would lose a 0-d shape
    content: bytes = save(contiguous, metadata={_KEY: msgspec.json.encode(header).decode()})
    return content


def load_session(path: Path, *, with_state: bool = True) -> Session:
    """Read a session; sizes are checked before anything large is read.

    Args:
        path: The file.
        with_state: False leaves the model's state out, for a first picture.

    Raises:
        UserError: The file is missing, damaged, too large, or not a session.
    """
    _check_sizes(path)
    arrays, header = _read(path, with_state)
    try:
        series = _series_from("series", arrays)
        ghosts = tuple(
            Ghost(g.label, _series_from(f"ghost/{i}", arrays), g.branch_step) for i, g in enumerate(header.ghosts)
        )
    except ValueError as error:
        raise UserError(f"{path.name} is damaged ({error}); open another file.") from error
    return Session(
        header.lab,
        header.params,
        header.seed,
        header.step,
        _under("state/", arrays),
        _under("frames/", arrays),
        series,
        ghosts,
        header.view,
        header.app_version,
    )


def lab_of(path: Path) -> str:
    """Id of the lab that a session file belongs to; only the file's header is read.

    Raises:
        UserError: The file is missing, damaged, too large, or not a session.
    """
    from safetensors import SafetensorError, safe_open

    _check_sizes(path)
    try:
        with safe_open(path, framework="np") as file:
            text = (file.metadata() or {}).get(_KEY, "")
    except (SafetensorError, OSError, TypeError, ValueError) as error:
        raise UserError(f"{path.name} is damaged or not a session of this app; open another file.") from error
    return _typed_header(text, path).lab


def restore(session: Session, experiment: Experiment) -> None:
    """Bring an experiment to the session's state.

    Raises:
        UserError: The numbers do not fit the model.
    """
    try:
        experiment.load(dict(session.state))
    except UserError:
        raise
    except Exception as error:  # a stranger's numbers can break a model in any way
        raise UserError("The saved numbers do not fit this model; open another file.") from error


def _read(path: Path, with_state: bool) -> tuple[dict[str, Array], _Header]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            header = _typed_header((file.metadata() or {}).get(_KEY, ""), path)
            names = [n for n in file.keys() if with_state or not n.startswith("state/")]  # noqa: SIM118  not a dict
            arrays = {name: frozen(file.get_tensor(name)) for name in names}
    except (SafetensorError, OSError, TypeError, ValueError, AttributeError) as error:  # the last: a dtype unheard of
        raise UserError(f"{path.name} is damaged or not a session of this app; open another file.") from error
    return arrays, header


def _check_sizes(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header_size = int.from_bytes(file.read(8), "little")
    except OSError as error:
        raise UserError(f"{path} cannot be read; choose another file.") from error
    if size > MAX_BYTES or header_size > MAX_HEADER_BYTES:
        raise UserError(f"{path.name} is larger than any session of this app; it was not opened.")
    if header_size + 8 > size:
        raise UserError(f"{path.name} is cut short or not a session of this app; open another file.")


def _typed_header(text: str, path: Path) -> _Header:
    try:
        raw: dict[str, Any] = json.loads(text)
        version = int(raw["schema_version"])
    except (ValueError, TypeError, KeyError):
        raise UserError(f"{path.name} is not a session of this app; open another file.") from None
    if version > SCHEMA_VERSION:
        raise UserError(f"{path.name} was written by a newer version of this app; update the app to open it.")
    try:
        for past in range(version, SCHEMA_VERSION):
            raw = MIGRATIONS[past](raw)
        return msgspec.convert(raw, _Header)
    except (msgspec.ValidationError, KeyError) as error:
        raise UserError(f"{path.name} is damaged ({error}); open another file.") from error


def _series_arrays(prefix: str, series: Series) -> dict[str, Array]:
    out: dict[str, Array] = {}
    for name, (steps, values) in series.items():
        out[f"{prefix}/{name}/steps"] = steps
        out[f"{prefix}/{name}/values"] = values
    return out


def _series_from(prefix: str, arrays: Mapping[str, Array]) -> dict[str, tuple[Array, Array]]:
    found = _under(f"{prefix}/", arrays)
    names = [key.removesuffix("/steps") for key in found if key.endswith("/steps")]
    series = {n: (found[f"{n}/steps"], found.get(f"{n}/values", np.empty(0))) for n in names}
    for name, (steps, values) in series.items():
        kinds = (steps.dtype.str.lstrip("<>="), values.dtype.str.lstrip("<>="))
        if kinds != ("i8", "f8") or steps.ndim != 1 or steps.shape != values.shape:
            raise ValueError(f"the numbers called {name} do not fit together")
        if (np.diff(steps) <= 0).any():
            raise ValueError(f"the steps of {name} do not rise")
    return series


def _under(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)}
