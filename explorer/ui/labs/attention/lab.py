"""Links the panels of the attention lab: one text, one head and one token, seen by all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, Slot

from explorer.core.session import View
from explorer.core.spec import LabSpec
from explorer.specs.attention import (
    MASKS,
    AttentionParams,
    Bind,
    Encode,
    Reading,
    Relate,
    Trace,
    Traced,
)
from explorer.specs.attention.cost import Cost
from explorer.ui.labs.attention.attending import attending_of, first_attending
from explorer.ui.labs.attention.attention_panel import AttentionPanel
from explorer.ui.labs.attention.focus import Focus
from explorer.ui.labs.attention.panels import make_panel
from explorer.ui.live_lab import LiveLab
from explorer.ui.panel import Panel
from explorer.ui.theme import Theme

if TYPE_CHECKING:
    from explorer.ui.labs.attention.cell_panel import CellPanel
    from explorer.ui.labs.attention.cost_panel import CostPanel
    from explorer.ui.labs.attention.learn_panel import LearnPanel
    from explorer.ui.labs.attention.sentences_panel import SentencesPanel
    from explorer.ui.labs.attention.walk_panel import WalkPanel

FIRST_TOKEN = 4
"""The fox of the running example."""


class AttentionLab(LiveLab):
    """The window half of the attention lab."""

    def __init__(self, spec: LabSpec, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(spec, theme, parent)
        self.attending = first_attending()
        self.reading = self.attending.reading
        self.focus = Focus(token=FIRST_TOKEN)
        self.second = ""
        self._traced: Traced | None = None
        self._trace_asked: Trace | None = None

    @property
    def params(self) -> AttentionParams:
        """Parameters of the model that learns."""
        params: AttentionParams = self.run.params
        return params

    def params_edited(self, params: Any) -> None:
        """What is live acts at once on what a standing run answers: it is asked again when the runner knows."""
        super().params_edited(params)
        if not self.status.playing:
            self._settled.start()

    # ------------------------------------------------------------------------------------------------- panels

    def _make_panel(self, panel_id: str) -> Panel:
        return make_panel(self, panel_id)

    @property
    def _walk(self) -> WalkPanel | None:
        return cast("WalkPanel | None", self._panels.get("walk"))

    @property
    def _cell(self) -> CellPanel | None:
        return cast("CellPanel | None", self._panels.get("cell"))

    @property
    def _sentences(self) -> SentencesPanel | None:
        return cast("SentencesPanel | None", self._panels.get("sentences"))

    @property
    def _learn(self) -> LearnPanel | None:
        return cast("LearnPanel | None", self._panels.get("learn"))

    @property
    def _cost(self) -> CostPanel | None:
        return cast("CostPanel | None", self._panels.get("cost"))

    def _refresh(self, panel: Panel) -> None:
        if isinstance(panel, AttentionPanel):
            panel.set_reading(self.reading)
            panel.set_attending(self.attending, self.focus)
        self._give_trace(panel)
        super()._refresh(panel)
        self._show_numbers(panel)
        self._on_moved()

    def show_panel(self, panel: Panel) -> None:
        """A panel came to be seen: what the pointer did meanwhile is looked up."""
        if isinstance(panel, AttentionPanel):
            panel.set_focus(self.focus)
        super().show_panel(panel)
        self._show_numbers(panel)

    # ------------------------------------------------------------------------------------------------- the text

    @Slot(object)
    def set_reading(self, reading: Reading) -> None:
        """Read another text, or the same one in another way."""
        if reading.text != self.reading.text:
            reading = replace(reading, tokens_off=())  # places of another text's tokens mean nothing here
        if reading == self.reading:
            return
        self.reading = reading
        for panel in self._looking():
            panel.set_reading(reading)
        self._encode()

    @Slot(object)
    def set_focus(self, focus: Focus) -> None:
        """Look at another head, token or cell."""
        before, self.focus = self.focus, focus.within(len(self.attending.tokens))
        is_lasting = replace(before, hovered=None, cell=None) != replace(self.focus, hovered=None, cell=None)
        for panel in self._looking():
            if is_lasting or panel.isVisible():
                panel.set_focus(self.focus)
        if (before.layer, before.head) != (self.focus.layer, self.focus.head):
            self.trace()

    def select(self, index: int) -> None:
        """Look at this token, as a click on it does."""
        self.set_focus(replace(self.focus, token=index, other=None))

    def _looking(self) -> list[AttentionPanel]:
        return [panel for panel in self.made_panels() if isinstance(panel, AttentionPanel)]

    # ------------------------------------------------------------------------------------------------- questions

    def _encode(self) -> None:
        if self.device:
            self.ask(Encode(self.reading))

    @Slot()
    def trace(self) -> None:
        """Ask for every stage of the head looked at, where somebody shows them."""
        wished = Trace(self.attending.reading, self.focus.layer, self.focus.head)
        if wished == self._trace_asked or not self.device:
            return
        shown = [panel for panel in (self._walk, self._cell) if panel is not None and panel.wants_trace]
        if shown:
            self._trace_asked = wished
            self.ask(wished)

    def model_ready(self) -> None:
        """The live model is there: ask what could not be asked before.

        What is stored was computed in full precision and differs in the third digit: the live model's own takes its
        place, so that all panels show the same numbers.
        """
        is_stored = self.attending.took_ms == 0
        if is_stored or self.reading != self.attending.reading:
            self._encode()
        super().model_ready()

    def _ask_for(self, panel: Panel) -> None:
        if panel is self._walk or panel is self._cell:
            self.trace()
        if panel is self._walk or panel is self._sentences or panel is self._learn or panel is self._cost:
            panel.set_ready(bool(self.device))
        super()._ask_for(panel)

    def _take_answer(self, answer: Any) -> None:
        kind = type(answer.request)
        if kind is Encode:
            self.attending = attending_of(answer)
            self.focus = self.focus.within(len(self.attending.tokens))
            for panel in self._looking():
                panel.set_attending(self.attending, self.focus)
            self.trace()
        elif kind is Trace:
            self._traced = answer
            for shown in self.made_panels():
                self._give_trace(shown)
        elif isinstance(answer, Traced) and self._walk is not None:
            self._walk.take_by_hand(answer)
        elif kind is Relate and self._sentences is not None:
            self._sentences.take(answer)
        elif kind is Bind and self._learn is not None:
            self._learn.take(answer)
        elif kind is Cost and self._cost is not None:
            self._cost.take(answer)

    def _give_trace(self, panel: Panel) -> None:
        if self._traced is not None and (panel is self._walk or panel is self._cell):
            panel.set_traced(self._traced)

    # ------------------------------------------------------------------------------------------------- the run

    def _show_run(self, panel: Panel) -> None:
        learn = self._learn
        if learn is not None and panel is learn:
            learn.set_run(self.params)

    def _show_frame(self, panel: Panel, name: str) -> None:
        frame = self.frame(name)
        learn = self._learn
        if frame is not None and learn is not None and panel is learn:
            learn.set_frame(name, frame, self.frame_steps.get(name, 0))

    def _show_numbers(self, panel: Panel) -> None:
        learn = self._learn
        if learn is not None and panel is learn:
            learn.set_numbers(self.log.at_or_before(self.status.cursor))

    def _on_moved(self) -> None:
        if self._learn is not None:
            self._learn.set_step(self.status.cursor, self.status.playing, self.status.in_the_past)

    def _ask_live(self) -> None:
        if self._learn is not None and self._learn.isVisible():
            self._learn.ask_again()

    # ------------------------------------------------------------------------------------------------- sessions

    @Slot(str)
    def note_second(self, text: str) -> None:
        """Another text is compared."""
        self.second = text

    def view(self) -> View:
        """Text, head and token looked at."""
        focus = self.focus
        found: dict[str, float | str | list[float]] = {
            "text": self.reading.text,
            "second": self.second,
            "mask": self.reading.mask,
            "layer": float(focus.layer),
            "head": float(focus.head),
            "towards": float(focus.towards),
            "special_out": float(focus.special_out),
        }
        if focus.token is not None:
            found["token"] = float(focus.token)
        return found

    def restore_view(self, view: View) -> None:
        """Look at the same again; what does not fit is ignored."""
        text, second, mask = (view.get(name) for name in ("text", "second", "mask"))
        reading = self.reading
        if isinstance(text, str):
            reading = Reading(text)
        if isinstance(mask, str) and mask in MASKS:
            reading = replace(reading, mask=mask)
        if isinstance(second, str):
            self.second = second
            if self._sentences is not None:
                self._sentences.set_second(second)
        layer, head, token = (_whole(view.get(name)) for name in ("layer", "head", "token"))
        focus = self.focus
        focus = focus.at_head(focus.layer if layer is None else layer, focus.head if head is None else head)
        towards, special_out = (_whole(view.get(name)) for name in ("towards", "special_out"))
        focus = replace(
            focus,
            token=focus.token if token is None else token,
            other=None,
            towards=focus.towards if towards is None else bool(towards),
            special_out=focus.special_out if special_out is None else bool(special_out),
        )
        self.set_reading(reading)
        self.set_focus(focus)


def _whole(value: object) -> int | None:
    """A number as a whole one; None for anything else."""
    return int(value) if isinstance(value, float | int) and value == value and abs(value) < 2**31 else None
