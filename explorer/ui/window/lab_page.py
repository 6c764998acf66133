"""The docks of one lab, in their default layout or as they were left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QEvent, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QMenu, QScrollArea, QTabBar, QTabWidget, QWidget

from explorer.core.spec import LabSpec
from explorer.ui.lab import Lab
from explorer.ui.panel import Panel
from explorer.ui.theme import Theme
from explorer.ui.window.panel_dock import PanelDock

LAYOUT_VERSION = 1
_DEFAULT = b"default layout"
"""Begins what is kept of a layout in which nobody has moved anything: it fits a window of any size."""
LEAST_PX = 640, 500
"""What the page asks of the window: panels that want more are squeezed rather than pushing it off the screen."""
LEFT_PX, RIGHT_PX = 284, 330
LOW_PX = 700
"""Below this height the right column reaches down to the bottom: beside a row beneath it would be too low for two."""

MenuOf = Callable[[str], QMenu]


class LabPage(QMainWindow):
    """Docks around no centre: every panel can be moved, floated, tabbed or closed.

    Signals:
        visible_panels_changed: Another set of panels is to be seen.

    Args:
        lab: Makes the panels.
        form: The parameter form, docked at the left.
        theme: Colours and fonts.
        menu_of: Makes the menu of a panel from its id.
        form_controls: Small controls for the form's title bar.
    """

    visible_panels_changed = Signal()

    def __init__(
        self, lab: Lab, form: QWidget, theme: Theme, menu_of: MenuOf, form_controls: Sequence[QWidget] = ()
    ) -> None:
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Widget)
        self._lab = lab
        self._is_default = True
        self._dragged_from: list[QRect] | None = None
        self._form_width = 0
        self._on_top: tuple[str, ...] = ()
        self._restored: tuple[str, ...] = ()
        self._is_low = False
        self._handle_of: Callable[[Panel], QWidget] | None = None
        self.setMinimumSize(*LEAST_PX)  # tabs behind others count too in Qt's own sum
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        for corner in (Qt.Corner.TopLeftCorner, Qt.Corner.BottomLeftCorner):
            self.setCorner(corner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.docks = {p.id: PanelDock(p.id, p.title, theme, menu_of(p.id)) for p in lab.spec.panels}
        self.docks["parameters"] = PanelDock("parameters", "Parameters", theme, menu_of("parameters"))
        self._form, self._scroll = form, _scrolled(form)
        self.docks["parameters"].fill(self._scroll, form_controls)
        for dock in self.docks.values():
            dock.first_shown.connect(self._on_first_shown)
            dock.visibilityChanged.connect(self._on_visibility_changed)
            dock.topLevelChanged.connect(self._on_floated)
        self.restore_default()

    def restore_default(self) -> None:
        """Every panel back to its place."""
        self._arrange()
        self.share_out()
        self._on_visibility_changed()
        self._is_default = True

    def set_for_audience(self, presenting: bool) -> None:
        """Put away the parameters, and the checks where they would be left alone, for the hero; or bring them back."""
        left = [panel.id for panel in self._lab.spec.panels if panel.area == "left"]
        away = ["parameters", *left] if left == ["checks"] else ["parameters"]
        for dock in (self.docks[panel_id] for panel_id in away):
            if presenting == dock.isHidden() or not (presenting or dock.property("away")):
                continue
            dock.setVisible(not presenting)
            dock.setProperty("away", presenting)
        if self._is_default and self.isVisible():
            QTimer.singleShot(0, self, self.share_out)  # once Qt has laid the docks out

    def _arrange(self) -> None:
        """Every panel docked where the lab wants it; the right column as high as a low window needs it."""
        self._is_low = self._wants_low()
        for dock in self.docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        _place(self, self.docks, self._lab.spec, low=self._is_low)
        for dock in self.docks.values():
            dock.show()
        _raise_first(self.docks, self._lab.spec)

    def event(self, event: QEvent) -> bool:
        """Notice when a person has moved a border between panels: from then on sizes are theirs."""
        handled = super().event(event)
        if event.type() == QEvent.Type.MouseButtonPress:
            self._dragged_from = self._places()
        elif event.type() == QEvent.Type.MouseButtonRelease and self._dragged_from is not None:
            self._is_default = self._is_default and self._places() == self._dragged_from
            self._dragged_from = None
            self._form_width = self.docks["parameters"].width()
        return handled

    def _places(self) -> list[QRect]:
        return [dock.geometry() for dock in self.docks.values()]

    def showEvent(self, event: QShowEvent) -> None:
        """Only now is there a size to share out."""
        super().showEvent(event)
        self._dress_tabs()
        if self._is_default:
            self._fit_height()
            QTimer.singleShot(0, self, self._settle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Before anything was moved the default proportions are kept, afterwards the width of the parameters."""
        super().resizeEvent(event)
        form = self.docks["parameters"]
        if self._is_default and self.isVisible():
            self._fit_height()
            self.share_out()
        elif self._form_width and form.isVisible() and not form.isFloating():
            hero = self.docks[self._lab.spec.panels[0].id]
            wider = form.width() - self._form_width  # what Qt gave to the form goes to the hero
            self.resizeDocks([form, hero], [self._form_width, hero.width() + wider], Qt.Orientation.Horizontal)

    @Slot()
    def _settle(self) -> None:
        """Once Qt has laid the docks out: their sizes, and whose title a tab says already."""
        for panel_id in self._restored:
            self.docks[panel_id].raise_()
        self._restored = ()
        self.share_out()
        self._on_visibility_changed()

    def _wants_low(self) -> bool:
        """Whether it is low; before it is shown that is not known."""
        return self.isVisible() and self.height() < LOW_PX

    def _fit_height(self) -> None:
        """Another arrangement where the height asks for it; the tabs in front stay there."""
        if self._wants_low() == self._is_low:
            return
        in_front = (*self.visible_panels(), *self._restored)
        closed = [dock for dock in self.docks.values() if not dock.toggleViewAction().isChecked()]
        self._arrange()
        for dock in closed:
            dock.close()
        for panel_id in in_front:
            self.docks[panel_id].raise_()
        QTimer.singleShot(0, self, self._settle)

    def _dress_tabs(self) -> None:
        """Tabs show their whole title, and no base line."""
        for bar in self.findChildren(QTabBar):
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setUsesScrollButtons(False)
            bar.setExpanding(False)
            bar.setDrawBase(False)

    @Slot()
    def share_out(self) -> None:
        """The default sizes for the present size of the window."""
        spec, docks = self._lab.spec, self.docks
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        width, height = max(self.width(), 900), max(self.height(), 560)
        left_docks = [docks["parameters"], *(docks[ids[0]] for ids in _groups(spec, "left"))]
        column = [dock for dock in left_docks if not dock.isHidden()]
        left = min(LEFT_PX, width // 4) if column else 0
        right = min(int(width * 0.27), RIGHT_PX if width < 1500 else 420)
        bottom = max(170, min(int(height * 0.28), 300))
        first = {
            area: next((p.id for p in spec.panels if p.area == area), "") for area in ("center", "right", "bottom")
        }
        if first["center"] and first["right"]:
            row = [*column[:1], docks[first["center"]], docks[first["right"]]]
            self.resizeDocks(row, [left, width - left - right, right][-len(row) :], horizontal)
        if first["center"] and first["bottom"]:
            pair = [docks[first["center"]], docks[first["bottom"]]]
            self.resizeDocks(pair, [height - bottom, bottom], vertical)
        beside = height if self._is_low else height - bottom
        if len(column) > 1 and column[0] is docks["parameters"]:
            needs = [dock.minimumSizeHint().height() for dock in column[1:]]
            room = min(height, sum(dock.height() for dock in column))  # tabs and gaps between them are not theirs
            spare = max(0, room - sum(needs) - self._form_px())  # what the form cannot use is the others'
            needs = [need + spare // len(needs) for need in needs]
            self.resizeDocks(column, [room - sum(needs), *needs], vertical)
        rows = [ids[0] for ids in _groups(spec, "right")]
        if len(rows) > 1:
            wanted = [spec.panel(r).size_px[1] for r in rows[:2]]
            upper = int(beside * wanted[0] / sum(wanted))
            self.resizeDocks([docks[r] for r in rows[:2]], [upper, beside - upper], vertical)

    def _form_px(self) -> int:
        """Height at which the parameters need no scrolling, with what stands around them."""
        form = self._form
        return form.sizeHint().height() + self.docks["parameters"].height() - self._scroll.viewport().height()

    def restore_layout(self, state: QByteArray) -> bool:
        """The layout as it was left; the default one when that cannot be read."""
        if state.startsWith(_DEFAULT):
            self._restore_tabs(bytes(state.data()).decode(errors="replace").split("\n")[1:])
            return True
        self._is_default = False
        restored = not state.isEmpty() and self.restoreState(state, LAYOUT_VERSION)
        if not restored:
            self.restore_default()
        self._on_visibility_changed()
        return restored

    def layout_state(self) -> QByteArray:
        """The layout now; where nobody has moved a panel, what lies on top and what is closed."""
        if not self._is_default or any(dock.isFloating() for dock in self.docks.values()):
            return self.saveState(LAYOUT_VERSION)
        closed = [i for i, dock in self.docks.items() if not dock.toggleViewAction().isChecked()]
        return QByteArray(b"\n".join((_DEFAULT, *(",".join(ids).encode() for ids in (self._on_top, closed)))))

    def _restore_tabs(self, lines: Sequence[str]) -> None:
        """The default layout with these panels on top and those closed, a line of ids each; others are ignored."""
        self.restore_default()
        on_top, closed = (line.split(",") for line in (*lines, "", "")[:2])
        self._restored = tuple(panel_id for panel_id in on_top if panel_id in self.docks)
        for panel_id in self._restored:
            self.docks[panel_id].raise_()
        for panel_id in closed:
            if panel_id in self.docks:
                self.docks[panel_id].close()

    def visible_panels(self) -> tuple[str, ...]:
        """Ids of the panels that can be seen now."""
        return tuple(i for i, d in self.docks.items() if d.filled and d.isVisible() and _on_top(d))

    def set_handles(self, handle_of: Callable[[Panel], QWidget]) -> None:
        """Give every panel, now or when it is first shown, a handle to drag its picture out; once."""
        if self._handle_of is not None:
            return
        self._handle_of = handle_of
        for panel in self._lab.made_panels():
            if self.docks[panel.spec.id].filled:
                self.docks[panel.spec.id].add_control(handle_of(panel))

    def set_theme(self, theme: Theme) -> None:
        """Tint the icons of the title bars."""
        for dock in self.docks.values():
            dock.set_theme(theme)

    @Slot(str)
    def _on_first_shown(self, panel_id: str) -> None:
        panel = self._lab.panel(panel_id)
        dock = self.docks[panel_id]
        dock.fill(panel, panel.controls)
        if self._handle_of is not None:
            dock.add_control(self._handle_of(panel))
        panel.subtitle_changed.connect(dock.set_sentence)
        dock.set_sentence(panel.subtitle)

    @Slot(bool)
    def _on_floated(self, is_floating: bool) -> None:
        """A panel was taken out or put back, perhaps elsewhere."""
        self._is_default = self._is_default and not is_floating
        self._on_visibility_changed()

    @Slot()
    def _on_visibility_changed(self) -> None:
        self._dress_tabs()
        for dock in self.docks.values():
            alone = dock.isFloating() or not any(d.isVisible() for d in _beside(self, dock))
            dock.set_heading_visible(alone)
        self._on_top = self.visible_panels() if self.isVisible() else self._on_top
        self.visible_panels_changed.emit()


def _beside(page: QMainWindow, dock: QDockWidget) -> list[QDockWidget]:
    """Docks that share tabs with ``dock``; hidden behind it counts as there unless closed."""
    return [d for d in page.tabifiedDockWidgets(dock) if not d.isHidden() or d.toggleViewAction().isChecked()]


def _on_top(dock: PanelDock) -> bool:
    return not dock.visibleRegion().isEmpty() or dock.isFloating()


def _groups(spec: LabSpec, area: str) -> list[list[str]]:
    """Panel ids of an area, by group, in order."""
    groups: dict[str, list[str]] = {}
    for panel in spec.panels:
        if panel.area == area:
            groups.setdefault(panel.group, []).append(panel.id)
    return list(groups.values())


def _place(page: QMainWindow, docks: dict[str, PanelDock], spec: LabSpec, *, low: bool) -> None:
    """Left column, hero with the right column beside it, and a row beneath both; in a low window beneath the hero."""
    page.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks["parameters"])
    above = docks["parameters"]
    for group in _groups(spec, "left"):
        page.splitDockWidget(above, docks[group[0]], Qt.Orientation.Vertical)
        above = _tab(page, docks, group)
    center = _groups(spec, "center")
    page.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, docks[center[0][0]])
    right, bottom = _groups(spec, "right"), _groups(spec, "bottom")
    beneath = Qt.Orientation.Vertical
    if bottom and not low:
        page.splitDockWidget(docks[center[0][0]], docks[bottom[0][0]], beneath)
    above = docks[center[0][0]]
    for i, group in enumerate(right):
        page.splitDockWidget(above, docks[group[0]], beneath if i else Qt.Orientation.Horizontal)
        above = docks[group[0]]
    if bottom and low:
        page.splitDockWidget(docks[center[0][0]], docks[bottom[0][0]], beneath)
    for group in (*center, *right, *bottom):
        _tab(page, docks, group)


def _tab(page: QMainWindow, docks: dict[str, PanelDock], group: list[str]) -> PanelDock:
    for other in group[1:]:
        page.tabifyDockWidget(docks[group[0]], docks[other])
    return docks[group[0]]


def _raise_first(docks: dict[str, PanelDock], spec: LabSpec) -> None:
    for area in ("left", "center", "right", "bottom"):
        for group in _groups(spec, area):
            docks[group[0]].raise_()


def _scrolled(content: QWidget) -> QScrollArea:
    """Content that may be taller than its dock."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    content.setContentsMargins(12, 2, 12, 4)
    area.setWidget(content)
    return area
