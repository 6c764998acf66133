"""A bench for the sequences lab without a window, for its tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pytestqt.qtbot import QtBot

from explorer.core.mailbox import Mail
from explorer.core.run import RunSnapshot, RunStatus
from explorer.specs.sequences import SPEC, Influence, Read, SequenceParams, Trace
from explorer.ui.labs.sequences import SequencesLab
from explorer.ui.theme import LIGHT
from tests.ui.labs import sequences_traces as traces

TASKS: dict[str, dict[str, Any]] = {
    "sentiment": {},
    "digits": {"reading": "digits"},
    "caption": {"wiring": "one_to_many"},
    "translate": {"wiring": "many_to_many", "cell": "lstm"},
    "dates": {"wiring": "many_to_many", "writing": "dates"},
}
TRACES = {
    "sentiment": traces.sentiment_trace,
    "digits": traces.digits_trace,
    "caption": traces.caption_trace,
    "translate": traces.translate_trace,
    "dates": traces.dates_trace,
}


def new_run(params: SequenceParams) -> Mail:
    """What the runner says when a run begins."""
    return Mail(RunSnapshot(params, 7, RunStatus(), {}), RunStatus(), {}, (), 0)


class Bench:
    """A lab without a window: what it asks is kept, what it is answered is made by hand."""

    def __init__(self, qtbot: QtBot, task: str) -> None:
        self.lab = SequencesLab(SPEC, LIGHT)
        self.asked: list[Any] = []
        self.lab.asked.connect(self.asked.append)
        self.params = SequenceParams(hidden=traces.HIDDEN, **TASKS[task])
        for spec in SPEC.panels:
            panel = self.lab.panel(spec.id)
            for widget in (panel, *panel.controls):
                qtbot.addWidget(widget)
            panel.resize(*spec.size_px)
        self.lab.receive(new_run(self.params))

    def panel(self, panel_id: str) -> Any:
        return self.lab.panel(panel_id)

    def newest(self, kind: type) -> Any:
        return next(q for q in reversed(self.asked) if isinstance(q, kind))

    def answer(self, trace: Trace) -> Trace:
        """Answer the newest question about reading."""
        request = self.newest(Read)
        trace = replace(
            trace, generation=request.generation, request=replace(trace.request, generation=request.generation)
        )
        self.lab.receive_answer(trace)
        return trace

    def influence(self, trace: Trace) -> Any:
        """Answer the newest question about influence."""
        request = self.newest(Influence)
        found = traces.influence_of(trace, request.output)
        found = replace(found, request=request, generation=request.generation)
        self.lab.receive_answer(found)
        return found
