"""What cannot be written is told in one sentence, and what was there stays."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from explorer.core.errors import UserError
from explorer.ui.export.export import SUFFIXES, export_figure
from explorer.ui.export.figure import ExportOptions

SMALL = ExportOptions(1, size_px=(200, 160))


def refused(panel, path: Path, **how) -> str:
    with pytest.raises(UserError) as caught:
        export_figure(panel, path, SMALL, **how)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("name", ["figure.jpg", "figure", "figure.png.txt"])
def test_unknown_ending_lists_the_known_ones(map_panel, tmp_path, name):
    sentence = refused(map_panel, tmp_path / name)
    assert all(suffix in sentence for suffix in SUFFIXES)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_existing_file_stays_unless_it_may_be_replaced(map_panel, tmp_path, suffix):
    path = tmp_path / f"figure{suffix}"
    path.write_bytes(b"precious")
    assert "exists already" in refused(map_panel, path)
    assert path.read_bytes() == b"precious"
    export_figure(map_panel, path, SMALL, overwrite=True)
    assert path.read_bytes() != b"precious"
    assert os.listdir(tmp_path) == [path.name]


def test_missing_folder(map_panel, tmp_path):
    assert "There is no folder" in refused(map_panel, tmp_path / "nowhere" / "figure.png")


def test_a_file_in_place_of_the_folder(map_panel, tmp_path):
    (tmp_path / "file").touch()
    assert "There is no folder" in refused(map_panel, tmp_path / "file" / "figure.png")


def test_a_folder_in_place_of_the_file(map_panel, tmp_path):
    (tmp_path / "figure.png").mkdir()
    assert "is a folder" in refused(map_panel, tmp_path / "figure.png", overwrite=True)


@pytest.mark.parametrize(("code", "words"), [(errno.EACCES, "cannot be written to"), (errno.ENOSPC, "disk is full")])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_trouble_while_writing_keeps_the_old_file(map_panel, tmp_path, monkeypatch, code, words, call):
    path = tmp_path / "figure.png"
    path.write_bytes(b"precious")

    def fail(*args: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fail)
    assert words in refused(map_panel, path, overwrite=True)
    assert path.read_bytes() == b"precious"
    assert os.listdir(tmp_path) == [path.name]


def test_unwritable_folder_is_known_before_the_work(map_panel, tmp_path, monkeypatch):
    def fail(*args: object, **kwargs: object) -> None:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr("tempfile.TemporaryFile", fail)
    monkeypatch.setattr(map_panel, "paint", lambda *a, **k: pytest.fail("painted for nothing"))
    assert "cannot be written to" in refused(map_panel, tmp_path / "figure.png")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a file system that takes no files")
def test_a_place_that_takes_no_files(map_panel):
    assert "/proc" in refused(map_panel, Path("/proc/figure.png"))
