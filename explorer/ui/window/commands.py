"""What each action of the window does; the table in :mod:`explorer.ui.actions` names these methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

if TYPE_CHECKING:
    from explorer.ui.main_window import MainWindow


class Commands(QObject):
    """One method per action, called by its id.

    Args:
        window: The window they act on.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._had_sidebar = True

    def toggle_play(self) -> None:
        """Train, or pause."""
        self._window.conductor.toggle_play()

    def step(self) -> None:
        """One step."""
        self._window.conductor.command("step")

    def step_back(self) -> None:
        """One recorded step back."""
        self._window.conductor.command("step_back")

    def branch(self) -> None:
        """Go on from the step shown."""
        self._window.conductor.command("branch")

    def train_from_scratch(self) -> None:
        """Back to step 0 with the same seed."""
        self._window.conductor.command("reset")

    def new_seed(self) -> None:
        """Start again with another seed."""
        self._window.conductor.new_seed()

    def undo(self) -> None:
        """Take back the last change of parameters."""
        self._window.conductor.undo_stack.undo()

    def redo(self) -> None:
        """Make it again."""
        self._window.conductor.undo_stack.redo()

    def reset_params(self) -> None:
        """Every parameter to its default."""
        self._window.form.reset_all()

    def export(self) -> None:
        """Export the panel in use."""
        self._window.dialogs.export(self._window.desk.panel_in_use())

    def copy(self) -> None:
        """Copy the panel in use to the clipboard."""
        self._window.dialogs.copy_picture(self._window.desk.panel_in_use())

    def open_session(self) -> None:
        """Choose a session file and open it."""
        self._window.dialogs.open_session()

    def save_session(self) -> None:
        """Choose a file and save this state."""
        self._window.dialogs.save_session()

    def restore_layout(self) -> None:
        """Every panel back to its place."""
        self._window.page.restore_default()

    def show_sidebar(self) -> None:
        """Show or hide the gallery."""
        self._window.sidebar.setVisible(self._window.actions_by_id["show_sidebar"].isChecked())

    def present(self) -> None:
        """Larger content without controls, or back to what was there."""
        gallery = self._window.actions_by_id["show_sidebar"]
        if self._window.presenting:
            self._had_sidebar = gallery.isChecked()
        gallery.setChecked(self._had_sidebar and not self._window.presenting)
        self.show_sidebar()
        self._window.dress()

    def full_screen(self) -> None:
        """The whole screen, or back."""
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def next_panel(self) -> None:
        """Move the keyboard to the next panel."""
        self._window.desk.focus_panel(1)

    def previous_panel(self) -> None:
        """Move the keyboard to the panel before."""
        self._window.desk.focus_panel(-1)

    def tour(self) -> None:
        """Open the tour where it was left, or leave it."""
        self._window.tour.toggle()

    def tour_next(self) -> None:
        """Reveal the answer of the scene, or go to the next one."""
        self._window.tour.advance()

    def tour_back(self) -> None:
        """The scene before."""
        self._window.tour.back()

    def open_menu(self) -> None:
        """Open the menu."""
        self._window.header.open_menu()

    def escape(self) -> None:
        """Leave the tour, presenting or full screen, or dismiss what is said."""
        if self._window.tour.is_open:
            self._window.tour.close()
        elif self._window.presenting:
            self._window.actions_by_id["present"].setChecked(False)
            self.present()
        elif self._window.isFullScreen():
            self.full_screen()
        else:
            self._window.trouble_bar.hide()
            self._window.toast.hide()

    def show_keys(self) -> None:
        """List the keyboard shortcuts."""
        self._window.dialogs.show_keys()

    def about(self) -> None:
        """Say what this is."""
        self._window.dialogs.show_about()

    def quit(self) -> None:
        """Stop training and close."""
        self._window.close()
