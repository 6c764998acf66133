"""The export dialog, driven as a person would."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageSequence
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from explorer.ui.export.dialog import ExportDialog
from explorer.ui.export.film import Film
from explorer.ui.settings import Settings
from explorer.ui.theme import DARK, LIGHT
from tests.ui.export.conftest import codes_at

LEFT = Qt.MouseButton.LeftButton


class Asked:
    """Answers the two questions that a dialog asks."""

    def __init__(self, path: Path | None, replace: bool = True) -> None:
        self.path = path
        self.replace = replace
        self.suggestions: list[Path] = []
        self.confirmed: list[Path] = []

    def choose(self, parent, suggestion: Path, name_filter: str) -> Path | None:
        self.suggestions.append(suggestion)
        return self.path

    def confirm(self, parent, path: Path) -> bool:
        self.confirmed.append(path)
        return self.replace


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def opened(qtbot, panel, settings, asked: Asked, record=None) -> ExportDialog:
    dialog = ExportDialog(panel, LIGHT, settings, record, choose_path=asked.choose, confirm=asked.confirm)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def press(qtbot, control, value: str) -> None:
    index = control._values.index(value)
    qtbot.mouseClick(control.segments()[index], LEFT)


@pytest.mark.parametrize("kind", ["png", "svg", "pdf", "csv", "npz"])
def test_saves_what_is_chosen(qtbot, map_panel, settings, out, kind):
    asked = Asked(out / f"figure.{kind}")
    dialog = opened(qtbot, map_panel, settings, asked)
    press(qtbot, dialog.choices.format, kind)
    with qtbot.waitSignal(dialog.exported) as done:
        qtbot.mouseClick(dialog.save, LEFT)
    assert done.args == [str(out / f"figure.{kind}")]
    assert (out / f"figure.{kind}").stat().st_size > 500
    assert asked.suggestions[0].name == f"latent-map-step-1200.{kind}"
    assert not dialog.isVisible()


def test_a_figure_that_is_not_of_the_run_bears_no_step_in_its_name(qtbot, map_panel, settings, out):
    map_panel.subject = lambda: "another model"
    asked = Asked(out / "figure.png")
    dialog = opened(qtbot, map_panel, settings, asked)
    qtbot.mouseClick(dialog.save, LEFT)
    assert asked.suggestions[0].name == "latent-map.png"


def test_size_scale_and_theme_reach_the_file(qtbot, map_panel, settings, out):
    dialog = opened(qtbot, map_panel, settings, Asked(out / "figure.png"))
    press(qtbot, dialog.choices.size_choice, "slide")
    press(qtbot, dialog.choices.scale, "3")
    press(qtbot, dialog.choices.theme_choice, "dark")
    qtbot.mouseClick(dialog.save, LEFT)
    with Image.open(out / "figure.png") as image:
        assert image.size == (3840, 2160)
        assert image.convert("RGB").getpixel((0, 0)) == (DARK.card.red(), DARK.card.green(), DARK.card.blue())


def test_choices_are_remembered(qtbot, map_panel, settings, out):
    dialog = opened(qtbot, map_panel, settings, Asked(out / "figure.pdf"))
    press(qtbot, dialog.choices.format, "pdf")
    press(qtbot, dialog.choices.theme_choice, "light")
    qtbot.mouseClick(dialog.choices.caption.switch, LEFT)
    qtbot.mouseClick(dialog.save, LEFT)
    asked = Asked(None)
    again = opened(qtbot, map_panel, settings, asked)
    assert (again.choices.format.value, again.choices.theme_choice.value, again.choices.caption.value) == (
        "pdf",
        "light",
        False,
    )
    qtbot.mouseClick(again.save, LEFT)
    assert asked.suggestions[0].parent == out
    assert again.isVisible()


def test_the_preview_follows_the_choices(qtbot, map_panel, settings):
    dialog = opened(qtbot, map_panel, settings, Asked(None))
    light = QImage(dialog.preview.image)
    press(qtbot, dialog.choices.theme_choice, "dark")
    assert dialog.preview.image.pixelColor(2, 2) == DARK.card
    assert light.pixelColor(2, 2) == LIGHT.card
    press(qtbot, dialog.choices.format, "csv")
    assert dialog.preview.image.isNull()
    assert any("z1" in line for line, _ in dialog.preview.lines)
    press(qtbot, dialog.choices.format, "npz")
    assert any(line.startswith("codes") for line, _ in dialog.preview.lines)


def test_an_existing_file_is_asked_about(qtbot, map_panel, settings, out):
    path = out / "figure.png"
    path.write_bytes(b"precious")
    asked = Asked(out / "figure", replace=False)  # a native dialog may leave out the ending
    dialog = opened(qtbot, map_panel, settings, asked)
    qtbot.mouseClick(dialog.save, LEFT)
    assert asked.confirmed == [path]
    assert path.read_bytes() == b"precious"
    asked.replace = True
    qtbot.mouseClick(dialog.save, LEFT)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_trouble_is_a_sentence_in_the_dialog(qtbot, map_panel, settings, out):
    dialog = opened(qtbot, map_panel, settings, Asked(out / "nowhere" / "figure.png"))
    qtbot.mouseClick(dialog.save, LEFT)
    assert dialog.isVisible()
    assert dialog.sentence.isVisible()
    assert "There is no folder" in dialog.sentence.text()


def test_copy_takes_what_is_previewed(qtbot, map_panel, settings):
    dialog = opened(qtbot, map_panel, settings, Asked(None))
    press(qtbot, dialog.choices.format, "csv")
    qtbot.mouseClick(dialog.copy, LEFT)
    assert QGuiApplication.clipboard().text().startswith("z1\tz2")
    press(qtbot, dialog.choices.format, "png")
    qtbot.mouseClick(dialog.copy, LEFT)
    assert not QGuiApplication.clipboard().image().isNull()
    assert dialog.copy.text() == "Copied"


def test_without_a_run_there_is_no_film(qtbot, map_panel, settings):
    dialog = opened(qtbot, map_panel, settings, Asked(None))
    assert "gif" not in dialog.choices.format._values


def test_a_film_shows_its_progress_and_ends(qtbot, lab, settings, out):
    films: list[Film] = []

    def record(path: Path, options, overwrite: bool) -> Film:
        films.append(Film(lab, "map", path, options, overwrite=overwrite))
        return films[-1]

    dialog = opened(qtbot, lab.panel("map"), settings, Asked(out / "film.gif"), record)
    press(qtbot, dialog.choices.format, "gif")
    press(qtbot, dialog.choices.scale, "1")
    qtbot.mouseClick(dialog.save, LEFT)
    assert dialog.progress.isVisible()
    assert not dialog.save.isEnabled()
    (film,) = films
    for step in (0, 30, 60):
        film.add(step, {"codes": codes_at(step)})
    film.end()
    with qtbot.waitSignal(dialog.exported):
        film.start()
    with Image.open(out / "film.gif") as image:
        assert len(list(ImageSequence.Iterator(image))) == 3


def test_escape_cancels_the_film_then_closes(qtbot, lab, settings, out):
    films: list[Film] = []

    def record(path: Path, options, overwrite: bool) -> Film:
        films.append(Film(lab, "map", path, options, overwrite=overwrite))
        return films[-1]

    dialog = opened(qtbot, lab.panel("map"), settings, Asked(out / "film.gif"), record)
    press(qtbot, dialog.choices.format, "gif")
    qtbot.mouseClick(dialog.save, LEFT)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert films[0].over
    assert dialog.isVisible()
    assert dialog.save.isEnabled()
    assert not list(out.iterdir())
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_everything_is_reached_by_keyboard(qtbot, map_panel, settings):
    dialog = opened(qtbot, map_panel, settings, Asked(None))
    dialog.choices.format.segments()[0].setFocus()
    qtbot.keyClick(dialog.choices.format.segments()[0], Qt.Key.Key_Right)
    assert dialog.choices.format.value == "svg"
    assert not dialog.choices.scale.isEnabled()
    reached: list[QWidget | None] = [dialog.choices.format.segments()[0]]
    for _ in range(60):
        last = reached[-1]
        reached.append(last.nextInFocusChain() if last is not None else None)
    assert {dialog.save, dialog.cancel, dialog.copy, dialog.choices.caption.switch} <= set(reached)
    assert dialog.save.isDefault()
