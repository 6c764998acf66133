"""The card around a panel: a dock with its own title bar, empty until it is first seen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from explorer.ui.kit.icon_button import IconButton
from explorer.ui.theme import Theme
from explorer.ui.window.elided import Elided
from explorer.ui.window.watches import ButtonKeys

MOST_NEED_PX = 300
"""A panel that would like more is squeezed on a low window, and does not push it off the screen."""


class PanelTitle(QFrame):
    """Title in bold, a grey sentence, a menu."""

    def __init__(self, title: str, theme: Theme, menu: QMenu) -> None:
        super().__init__()
        self.setProperty("surface", "card-top")
        self._heading = QLabel(title)
        self._heading.setProperty("role", "heading")
        self._sentence = Elided()
        self._more = IconButton("more", theme)
        self._more.setAccessibleName(f"Menu of {title}")
        self._more.setToolTip("Export, copy, float, close")
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setMenu(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 0)
        row.setSpacing(10)
        row.addWidget(self._heading)
        row.addWidget(self._sentence, 1)
        row.addWidget(self._more)
        self._row = row

    def set_sentence(self, text: str) -> None:
        """Say what is shown."""
        self._sentence.set_full_text(text)

    def add_controls(self, controls: Sequence[QWidget]) -> None:
        """Put small controls before the menu."""
        for control in controls:
            self._row.insertWidget(self._row.count() - 1, control)

    def set_heading_visible(self, visible: bool) -> None:
        """Leave the heading out where a tab says it already."""
        self._heading.setVisible(visible)

    def set_theme(self, theme: Theme) -> None:
        """Tint the icon."""
        self._more.set_theme(theme)


class PanelDock(QDockWidget):
    """A dock whose panel is made when it is first shown.

    Signals:
        first_shown: Id of the panel, when it is first to be seen.

    Args:
        panel_id: Id of the panel; also names the dock in saved layouts.
        title: Title in words.
        theme: Colours and fonts.
        menu: The panel's menu.
    """

    first_shown = Signal(str)

    def __init__(self, panel_id: str, title: str, theme: Theme, menu: QMenu) -> None:
        super().__init__(title)
        self.installEventFilter(ButtonKeys(self))  # afloat it is a window of its own
        self.panel_id = panel_id
        self.setObjectName(f"dock-{panel_id}")
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self._title = PanelTitle(title, theme, menu)
        self.setTitleBarWidget(self._title)
        self._body = QFrame()
        self._body.setProperty("surface", "card-bottom")
        column = QVBoxLayout(self._body)
        column.setContentsMargins(1, 0, 1, 1)
        self.setWidget(self._body)
        self._filled = False
        self._content: QWidget | None = None
        self.visibilityChanged.connect(self._on_visibility_changed)
        self.topLevelChanged.connect(self._come_forward)
        self.toggleViewAction().triggered.connect(self._come_forward)

    @property
    def filled(self) -> bool:
        """Whether the panel has been put in."""
        return self._filled

    def fill(self, content: QWidget, controls: Sequence[QWidget] = ()) -> None:
        """Put the panel in, and its small controls into the title bar."""
        self._title.add_controls(controls)
        self._filled = True
        self._content = content
        policy = content.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        content.setSizePolicy(policy)
        content.setMinimumHeight(min(content.minimumSizeHint().height(), MOST_NEED_PX))
        layout = self._body.layout()
        if layout is not None:
            layout.addWidget(content)

    def add_control(self, control: QWidget) -> None:
        """Put one more small control into the title bar."""
        self._title.add_controls([control])

    def set_sentence(self, text: str) -> None:
        """Say what is shown."""
        self._title.set_sentence(text)

    def set_heading_visible(self, visible: bool) -> None:
        """Leave the heading out where a tab says it already."""
        self._title.set_heading_visible(visible)

    def set_theme(self, theme: Theme) -> None:
        """Tint the icons."""
        self._title.set_theme(theme)

    def _come_forward(self) -> None:
        """Opened or docked again it is seen, not hidden behind another tab."""
        self.raise_()

    def _on_visibility_changed(self, visible: bool) -> None:
        if visible and not self._filled:
            self.first_shown.emit(self.panel_id)
        if self._content is not None:
            # To Qt a panel behind another tab is visible; to what it costs, it must not be.
            self._content.setVisible(visible)
