"""Every command of the window, as data: menus, shortcuts and the list of keys are loops over this table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget


@dataclass(frozen=True)
class ActionSpec:
    """One command.

    Attributes:
        id: Its name, and that of the method that does it.
        text: In menus.
        menu: Heading in the menu; empty for keys only.
        keys: Shortcuts, portable text.
        tip: Tooltip.
        checkable: Whether it is switched on and off.
        repeats: Whether holding the key repeats it.
    """

    id: str
    text: str
    menu: str
    keys: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False
    repeats: bool = False


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open_session", "Open session…", "File", ("Ctrl+O",), "Come back to a saved state"),
    ActionSpec("save_session", "Save session…", "File", ("Ctrl+S",), "Keep this exact state in one file"),
    ActionSpec("export", "Export…", "File", ("Ctrl+E",), "Save a panel as picture, vector figure, film or numbers"),
    ActionSpec("copy", "Copy picture", "File", ("Ctrl+Shift+C",), "Copy the panel in use to the clipboard"),
    ActionSpec("quit", "Quit", "File", ("Ctrl+Q",), "Stop training and close"),
    ActionSpec("undo", "Undo", "Edit", ("Ctrl+Z",), "Take back the last change of parameters", repeats=True),
    ActionSpec("redo", "Redo", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "Make it again", repeats=True),
    ActionSpec("reset_params", "Reset parameters", "Edit", (), "Every parameter to its default"),
    ActionSpec("toggle_play", "Train or pause", "Run", ("Space",)),
    ActionSpec("step", "One step", "Run", (".",), repeats=True),
    ActionSpec("step_back", "One step back", "Run", (",",), repeats=True),
    ActionSpec("branch", "Branch here", "Run", ("Ctrl+B",)),
    ActionSpec("train_from_scratch", "Train from scratch", "Run", ("Ctrl+R",), "Back to step 0 with the same seed"),
    ActionSpec("new_seed", "New seed", "Run", ("Ctrl+Shift+R",)),
    ActionSpec("present", "Present", "View", ("F5",), "Larger content, no controls; press again to return", True),
    ActionSpec("tour", "Tour", "View", ("F2",), "A lesson on this lab, scene by scene; again to leave it"),
    ActionSpec("restore_layout", "Restore default layout", "View", ("Ctrl+0",), "Every panel back to its place"),
    ActionSpec("show_sidebar", "Gallery", "View", ("Ctrl+G",), "The list of labs", True),
    ActionSpec("full_screen", "Full screen", "View", ("F11",), checkable=True),
    ActionSpec("next_panel", "Next panel", "", ("F6", "Ctrl+PgDown")),
    ActionSpec("previous_panel", "Previous panel", "", ("Shift+F6", "Ctrl+PgUp")),
    ActionSpec("tour_next", "Tour: reveal, or next scene", "", ("PgDown",)),
    ActionSpec("tour_back", "Tour: scene before", "", ("PgUp",)),
    ActionSpec("open_menu", "Menu", "", ("F10",)),
    ActionSpec("escape", "Leave or cancel", "", ("Esc",)),
    ActionSpec("show_keys", "Keyboard shortcuts", "Help", ("F1",)),
    ActionSpec("about", "About", "Help"),
)


def make_actions(owner: QWidget, commands: QObject) -> dict[str, QAction]:
    """The actions by id, each connected to the method of ``commands`` that has its name."""
    made: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = QAction(spec.text, owner)
        action.setShortcuts([QKeySequence(k) for k in spec.keys])
        keys = f" ({spec.keys[0]})" if spec.keys else ""
        action.setToolTip(f"{spec.tip or spec.text}{keys}")
        action.setCheckable(spec.checkable)
        action.setAutoRepeat(spec.repeats)
        handler: Callable[..., None] = getattr(commands, spec.id)
        action.triggered.connect(handler)
        owner.addAction(action)
        made[spec.id] = action
    return made


def fill_menu(menu: QMenu, actions: Mapping[str, QAction], extra: Mapping[str, QMenu]) -> None:
    """All actions under the headings of the table, as sub-menus; ``extra`` menus are added to their heading."""
    headings = list(dict.fromkeys(spec.menu for spec in ACTIONS if spec.menu))
    for heading in headings:
        sub = menu.addMenu(heading)
        for spec in ACTIONS:
            if spec.menu == heading:
                sub.addAction(actions[spec.id])
        for title, more in extra.items():
            if title == heading:
                sub.addMenu(more)


def keys_table() -> list[tuple[str, str]]:
    """(text, keys) of everything that has a key."""
    return [(spec.text, ", ".join(spec.keys)) for spec in ACTIONS if spec.keys]
