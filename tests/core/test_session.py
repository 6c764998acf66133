from __future__ import annotations

import errno
import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from explorer.core.errors import UserError
from explorer.core.files import write_atomically
from explorer.core.run import Ghost
from explorer.core.session import MAX_BYTES, MAX_HEADER_BYTES, Session, load_session, save_session, session_bytes
from tests.core.toy import SPEC, ToyParams, make_runner

GOLDEN = Path(__file__).parent / "golden"


def example() -> Session:
    runner = make_runner()
    runner.train(15)
    runner.reseed(2)
    runner.train(12)
    return runner.session({"probe": [0.5, -1.25], "tool": "move", "zoom": 2.0}, "0.1.0")


def refused(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        make_runner(session=load_session(path))
    sentence = str(caught.value)
    assert sentence.endswith(".")
    return sentence


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.safetensors"


# ------------------------------------------------------------------------------------------------- good files


def test_a_session_comes_back_as_it_was_saved(path: Path):
    saved = example()
    save_session(saved, path)
    loaded = load_session(path)
    for name in ("lab", "params", "seed", "step", "view", "app_version"):
        assert getattr(loaded, name) == getattr(saved, name)
    for name in ("state", "frames"):
        assert_same_arrays(getattr(loaded, name), getattr(saved, name))
    assert_same_series(loaded, saved)
    assert [(g.label, g.branch_step) for g in loaded.ghosts] == [("seed 1", 0)]
    assert all(not a.flags.writeable for a in loaded.state.values())


def assert_same_arrays(one: Any, other: Any) -> None:
    assert one.keys() == other.keys()
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name])
        assert (array.dtype, array.shape) == (other[name].dtype, other[name].shape)


def assert_same_series(one: Session, other: Session) -> None:
    pairs = zip((g.series for g in one.ghosts), (g.series for g in other.ghosts), strict=True)
    for a, b in [(one.series, other.series), *pairs]:
        assert a.keys() == b.keys()
        for name in a:
            np.testing.assert_array_equal(a[name][0], b[name][0])
            np.testing.assert_array_equal(a[name][1], b[name][1])


def test_the_first_picture_is_read_without_the_state(path: Path):
    save_session(example(), path)
    loaded = load_session(path, with_state=False)
    assert loaded.state == {}
    assert set(loaded.frames) == {"weights", "fit", "aside"}


@pytest.mark.parametrize("golden", sorted(GOLDEN.glob("session-v*.safetensors")), ids=lambda file: file.stem)
def test_files_of_every_past_version_open(golden: Path):
    expected = json.loads(golden.with_suffix(".json").read_text())
    session = load_session(golden)
    found = {name: getattr(session, name) for name in ("lab", "params", "seed", "step", "view", "app_version")}
    assert found == {name: expected[name] for name in found}
    assert [[g.label, g.branch_step, len(g.series["loss"][0])] for g in session.ghosts] == expected["ghosts"]
    np.testing.assert_allclose(session.series["loss"][1], expected["loss"], rtol=1e-12)
    np.testing.assert_allclose(session.frames["weights"], expected["weights"], rtol=1e-12)
    runner = make_runner(session=session)
    assert runner.train(3) == 3


def test_there_is_a_golden_file_of_the_present_version():
    assert (GOLDEN / "session-v1.safetensors").exists()


def test_a_session_that_replaces_a_run_takes_its_ghosts_and_numbers(path: Path):
    save_session(example(), path)
    runner = make_runner(ToyParams(momentum=0.9), seed=50)
    runner.train(3)
    runner.load_session(load_session(path))
    assert (runner.seed, runner.head, runner.params.momentum) == (2, 12, 0.5)
    assert [g.label for g in runner.ghosts] == ["seed 1"]


# ------------------------------------------------------------------------------------------------- bad files


def with_header(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Write the example with its typed header changed."""
    content = session_bytes(example())
    size = struct.unpack("<Q", content[:8])[0]
    outer = json.loads(content[8 : 8 + size])
    inner = json.loads(outer["__metadata__"]["neural-explorer"])
    change(inner)
    outer["__metadata__"]["neural-explorer"] = json.dumps(inner)
    text = json.dumps(outer).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + content[8 + size :])


def with_arrays(path: Path, **replaced: np.ndarray) -> None:
    """Write the example with some of its arrays replaced; a double underscore stands for a slash."""
    from safetensors import safe_open

    save_session(example(), path)
    with safe_open(path, framework="np") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  not a dict
        metadata = file.metadata()
    path.write_bytes(save(arrays | {n.replace("__", "/"): a for n, a in replaced.items()}, metadata=metadata))


def test_a_file_cut_short_anywhere_is_refused(path: Path):
    content = session_bytes(example())
    for length in [*range(0, 40), *range(40, len(content), 101), len(content) - 1]:
        path.write_bytes(content[:length])
        assert path.name in refused(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400), size=st.integers(0, 500))
def test_random_bytes_are_refused(path: Path, content: bytes, size: int):
    path.write_bytes(content)
    refused(path)
    path.write_bytes(struct.pack("<Q", size) + content)
    refused(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data())
def test_a_file_with_a_few_bytes_changed_opens_or_is_refused_with_a_sentence(path: Path, data: st.DataObject):
    content = bytearray(session_bytes(example()))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content))
    sentence = "."
    try:
        make_runner(session=load_session(path))
    except UserError as error:
        sentence = str(error)
    assert sentence.endswith((".", "?"))


def test_a_missing_file_and_a_folder_are_refused(path: Path, tmp_path: Path):
    assert "cannot be read" in refused(path)
    assert "cannot be read" in refused(tmp_path)


def test_a_file_of_another_program_is_refused(path: Path):
    path.write_bytes(save({"weight": np.zeros(3)}))
    assert "not a session" in refused(path)
    path.write_bytes(save({"weight": np.zeros(3)}, metadata={"neural-explorer": "[1, 2]"}))
    assert "not a session" in refused(path)


def test_a_session_of_another_lab_is_refused_by_name(path: Path):
    with_header(path, lambda header: header.update(lab="gan"))
    assert refused(path) == "This session belongs to the lab gan; open that lab first."


def test_a_newer_version_asks_for_a_newer_app(path: Path):
    with_header(path, lambda header: header.update(schema_version=2))
    assert "newer version" in refused(path)


@pytest.mark.parametrize("version", [0, -3, None, "one", 10**30, 1.5])
def test_a_version_that_never_was_is_refused(path: Path, version: object):
    with_header(path, lambda header: header.update(schema_version=version))
    refused(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"step": -1},
        {"step": 10**30},
        {"step": "many"},
        {"step": 1.5},
        {"seed": -1},
        {"seed": 10**30},
        {"params": {"rate": "fast"}},
        {"params": {"rate": 1e99}},
        {"params": {"unheard": 1}},
        {"params": [1]},
        {"ghosts": [{"label": "x", "branch_step": -1}]},
        {"ghosts": [{"label": "x"}] * 1_000},
        {"view": {"a": {"b": 1}}},
        {"surprise": True},
        {"lab": None},
    ],
    ids=str,
)
def test_a_header_that_makes_no_sense_is_refused(path: Path, changes: dict[str, Any]):
    with_header(path, lambda header: header.update(changes))
    refused(path)


@pytest.mark.parametrize("name", ["seed", "step", "lab", "params", "schema_version"])
def test_a_header_with_a_hole_is_refused(path: Path, name: str):
    with_header(path, lambda header: header.pop(name))
    refused(path)


def test_nothing_is_read_of_a_file_that_claims_too_much(path: Path):
    path.write_bytes(struct.pack("<Q", MAX_HEADER_BYTES + 1) + b"{}" * 100)
    assert "larger than any session" in refused(path)
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "larger than any session" in refused(path)


@pytest.mark.parametrize(
    "replaced",
    [
        {"state__w": np.zeros(4)},
        {"state__more": np.zeros(4)},
        {"series__loss__steps": np.arange(12.0)},
        {"series__loss__steps": np.arange(12)[::-1].copy()},
        {"series__loss__steps": np.arange(3)},
        {"series__loss__values": np.zeros(12, np.int8)},
        {"series__loss__values": np.zeros((3, 4))},
        {"ghost__0__loss__values": np.zeros(15, np.uint8)},
    ],
    ids=str,
)
def test_arrays_that_do_not_fit_are_refused(path: Path, replaced: dict[str, np.ndarray]):
    with_arrays(path, **replaced)
    refused(path)


@pytest.mark.parametrize("kind", ["BF16", "F8_E4M3", "F8_E5M2", "F64", "X99"])
def test_a_kind_of_number_that_numpy_does_not_know_is_refused(path: Path, kind: str):
    content = session_bytes(example())
    size = struct.unpack("<Q", content[:8])[0]
    header = content[8 : 8 + size].replace(b'"dtype":"U8"', f'"dtype":"{kind}"'.encode())
    path.write_bytes(struct.pack("<Q", len(header)) + header + content[8 + size :])
    refused(path)


def test_a_session_that_does_not_fit_leaves_the_run_as_it_is(path: Path):
    with_arrays(path, state__w=np.zeros(4))
    runner = make_runner()
    runner.train(5)
    with pytest.raises(UserError):
        runner.load_session(load_session(path))
    assert (runner.head, runner.seed) == (5, 1)
    assert runner.train(1) == 1


# ------------------------------------------------------------------------------------------------- writing


@pytest.mark.parametrize("call", ["replace", "fsync"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_write_that_fails_keeps_the_old_file_and_leaves_nothing_behind(
    path: Path, call: str, code: int, monkeypatch: pytest.MonkeyPatch
):
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(UserError) as caught:
        save_session(example(), path)
    assert str(caught.value).endswith(".")
    assert path.read_bytes() == b"old"
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_full_disk_is_named(path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UserError, match="disk is full"):
        write_atomically(path, b"new")


def test_places_that_cannot_be_written_to_are_named(tmp_path: Path):
    with pytest.raises(UserError, match="There is no folder"):
        write_atomically(tmp_path / "missing" / "run.safetensors", b"")
    with pytest.raises(UserError, match="is a folder"):
        write_atomically(tmp_path, b"")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError, match="There is no folder"):
        write_atomically(tmp_path / "file" / "run.safetensors", b"")


@pytest.mark.skipif(os.name == "nt", reason="permission bits mean something else there")
def test_a_written_file_has_ordinary_permissions(path: Path):
    write_atomically(path, b"new")
    expected = tmp = path.with_name("plain")
    tmp.write_bytes(b"")
    assert path.stat().st_mode == expected.stat().st_mode


def test_ghosts_keep_their_branch_step(path: Path):
    session = example()
    ghost = Ghost("m = 0.5", session.series, 7)
    saved = Session(SPEC.id, session.params, 1, 12, session.state, {}, session.series, (ghost,))
    save_session(saved, path)
    (loaded,) = load_session(path).ghosts
    assert (loaded.label, loaded.branch_step) == ("m = 0.5", 7)
