"""Plays the tour of the open lab: card, mark and moves together. Leaving it leaves the lab as it is."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Signal, Slot
from PySide6.QtWidgets import QWidget

from explorer.core.errors import Trouble, UserError
from explorer.core.tour import Action, Tour, has_tour, load_tour, validate
from explorer.ui.conductor import Conductor
from explorer.ui.lab import Lab
from explorer.ui.settings import Settings
from explorer.ui.theme import Theme
from explorer.ui.tour.card import TourCard
from explorer.ui.tour.director import Director
from explorer.ui.tour.moves import Moves
from explorer.ui.tour.outline import PanelOutline
from explorer.ui.tour.placing import inside, place
from explorer.ui.window.lab_page import LabPage


class TourPlayer(QObject):
    """The tour of one open lab; nothing of it is made before it is first opened.

    Signals:
        toggled: Whether the tour is open now.
        scene_entered: Number of the scene shown.
        settled: The scene is set up, and live training has come as far as it should.
        trouble: A :class:`~explorer.core.errors.Trouble` that keeps the tour from opening.

    Args:
        lab: The lab.
        conductor: Its run.
        page: Its docks.
        host: What the card floats over.
        theme: Colours and fonts.
        settings: Remembers where the tour was left.
        most_s: Bound for the time-outs of live training, seconds.
    """

    toggled = Signal(bool)
    scene_entered = Signal(int)
    settled = Signal()
    trouble = Signal(object)

    def __init__(
        self,
        lab: Lab,
        conductor: Conductor,
        page: LabPage,
        host: QWidget,
        theme: Theme,
        settings: Settings,
        *,
        most_s: float = math.inf,
    ) -> None:
        super().__init__(host)
        self._lab, self._conductor, self._page, self._host = lab, conductor, page, host
        self._theme, self._settings = theme, settings
        self._index = -1
        self._by_hand = False
        self.most_s = most_s
        self.tour: Tour | None = None
        self.card: TourCard | None = None
        self.outline: PanelOutline | None = None
        self.director: Director | None = None
        self._moves: Moves | None = None

    @property
    def available(self) -> bool:
        """Whether the lab has a tour."""
        return has_tour(self._lab.spec.id)

    @property
    def is_open(self) -> bool:
        """Whether the card is there."""
        return self.card is not None and not self.card.isHidden()

    @property
    def index(self) -> int:
        """Number of the scene shown; -1 before the first."""
        return self._index

    # ------------------------------------------------------------------------------------------------- commands

    @Slot()
    def toggle(self) -> None:
        """Open the tour where it was left, or leave it."""
        if self.is_open:
            self.close()
        else:
            self.open()

    def open(self) -> None:
        """Open the tour where it was left."""
        try:
            self._prepare()
        except UserError as error:
            self.trouble.emit(Trouble(str(error), "", 0, "Tour"))
            return
        if self.tour is None or self.card is None:
            return
        self.card.show()
        self.card.raise_()
        self.toggled.emit(True)
        self.enter(self.tour.index(self._settings.text(self._key())), jumped=True)

    @Slot()
    def close(self) -> None:
        """Leave the tour; the lab stays as it is."""
        if self.card is None or self.director is None or self.outline is None or not self.is_open:
            return
        self.director.stop()
        self.outline.mark(None)
        self.card.hide()
        self.toggled.emit(False)

    def enter(self, index: int, *, jumped: bool) -> None:
        """Show a scene and set the lab up for it; ``jumped`` unless the scene before was shown just now."""
        if self.tour is None or self.card is None or self._moves is None or self.director is None:
            return
        self._index, self._by_hand = index, False
        scene = self.tour.scenes[index]
        self._settings.put(self._key(), scene.id)
        self.card.set_scene(scene, index, len(self.tour.scenes))
        self._mark(scene.point_at)
        until = None if scene.then else scene.until
        self.director.perform(self._moves.of_scene(self.tour, index, jumped=jumped), until)
        if not self._conductor.is_ready:
            self.card.set_note("The model is still loading.")
        self.scene_entered.emit(index)

    @Slot()
    def next(self) -> None:
        """The next scene; after the last one the tour is over, and begins anew next time."""
        if self.tour is None or not self.is_open:
            return
        if self._index + 1 < len(self.tour.scenes):
            self.enter(self._index + 1, jumped=False)
        else:
            self._settings.put(self._key(), self.tour.scenes[0].id)
            self.close()

    @Slot()
    def back(self) -> None:
        """The scene before."""
        if self.is_open and self._index > 0:
            self.enter(self._index - 1, jumped=True)

    @Slot()
    def advance(self) -> None:
        """What a clicker does: reveal the answer if there is one to reveal, else the next scene."""
        if self.card is not None and not self.card.is_revealed:
            self.reveal()
        else:
            self.next()

    @Slot()
    def reveal(self) -> None:
        """Show the answer, and what follows from it."""
        if self.tour is None or self.card is None or self._moves is None or self.director is None:
            return
        if self.card.is_revealed or not self.is_open:
            return
        scene = self.tour.scenes[self._index]
        self.card.reveal()
        shown = [action.show for action in scene.then if isinstance(action, Action) and action.show]
        if shown:
            self._mark(shown[-1])
        if scene.then:
            self.director.perform(self._moves.of_actions(scene.then), scene.until)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme, or a larger one."""
        self._theme = theme
        if self.card is not None and self.outline is not None:
            self.card.set_theme(theme)
            self.outline.set_theme(theme)

    # ------------------------------------------------------------------------------------------------- making

    def _prepare(self) -> None:
        """Read the tour and make what shows it, once."""
        if self.card is not None:
            return
        tour = load_tour(self._lab.spec.id)
        validate(tour, self._lab.spec)
        self.tour = tour
        self._moves = Moves(self._lab, self._conductor, self._page)
        self.director = Director(self._lab, self._conductor, self._moves, self.most_s, self)
        self.director.told.connect(self._on_told)
        self.director.settled.connect(self._on_settled)
        self.outline = PanelOutline(self._theme, self._host)
        self.outline.moved.connect(self._put)
        self.card = TourCard(self._theme, self._host)
        self.card.next_requested.connect(self.next)
        self.card.back_requested.connect(self.back)
        self.card.reveal_requested.connect(self.reveal)
        self.card.close_requested.connect(self.close)
        self.card.resized.connect(self._put)
        self.card.dragged.connect(self._on_card_dragged)
        self._page.installEventFilter(self)

    def _key(self) -> str:
        return f"tour/{self._lab.spec.id}"

    # ------------------------------------------------------------------------------------------------- the picture

    def _mark(self, panel_id: str) -> None:
        """Bring a panel to the front and draw a line around it; around none with an empty id."""
        if self.outline is not None and self._moves is not None:
            if panel_id:
                self._moves.show(panel_id)
            self.outline.mark(self._page.docks.get(panel_id.partition(":")[0]))

    @Slot()
    def _put(self) -> None:
        """The card to where it hides least, or where a hand has put it."""
        if self.card is None or self.outline is None:
            return
        area = QRect(self._page.mapTo(self._host, QPoint(0, 0)), self._page.size())
        avoid = self.outline.marked_rect()
        corner = self.card.pos() if self._by_hand else place(self.card.size(), area, avoid)
        self.card.move(inside(corner, self.card.size(), self._host.rect()))
        self.card.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The card stays in its corner when the window changes its size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._put()
        return False

    @Slot()
    def _on_card_dragged(self) -> None:
        self._by_hand = True

    @Slot(str, float)
    def _on_told(self, text: str, fraction: float) -> None:
        if self.card is not None:
            self.card.set_note(text, fraction if fraction >= 0 else None)

    @Slot()
    def _on_settled(self) -> None:
        if self.card is not None and self.card.note.startswith("The model"):
            self.card.set_note("")
        self.settled.emit()
