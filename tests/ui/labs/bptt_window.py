"""Frames and answers of the lab of gradients through time, made by hand, and ways to look into its window."""

from __future__ import annotations

from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot

from explorer.core.frames import Array, Frame
from explorer.core.mailbox import Mail
from explorer.core.run import RunSnapshot, RunStatus
from explorer.specs.bptt import CELLS, SPEC, BpttParams, Chain, Chained, DelaysMeasured, MeasureDelays, n_steps_of
from explorer.ui.labs.bptt import BpttLab
from explorer.ui.main_window import MainWindow
from explorer.ui.theme import LIGHT, Theme
from tests.ui.acting import until

PANELS = [panel.id for panel in SPEC.panels]
RATES = (10**-0.08, 10**-0.004, 10**-0.02, 10**-0.002)
"""By how much each track's norm shrinks for every step back."""


def norms_of(n_times: int) -> Array:
    """Norms (4, T) that fall or hold as they do in a real run."""
    back = np.arange(n_times - 1, -1, -1.0)
    return np.stack([0.3 * rate**back for rate in RATES]).astype(np.float32)


def frames_of(params: BpttParams, n_rows: int = 60) -> dict[str, Array]:
    """Every frame of the lab, of the right shape."""
    n_times, rng = n_steps_of(params), np.random.default_rng(0)
    wobble = 1 + 0.1 * np.sin(np.arange(n_rows) / 3)[:, None, None]
    film = (np.log10(norms_of(n_times))[None] * wobble).astype(np.float16)
    values = np.linalg.eigvals(0.84 * rng.normal(size=(params.hidden, params.hidden)) / np.sqrt(params.hidden))
    values *= 0.84 / np.abs(values).max()
    gates = np.clip(0.5 + 0.4 * np.sin(np.arange(n_times) / 20 + np.arange(5)[:, None]), 0, 1)
    return {
        "film": film,
        "film_steps": np.arange(1, n_rows + 1) * 5,
        "film_truncate": np.zeros(n_rows, np.int64),
        "norms": norms_of(n_times),
        "spectrum": np.column_stack([values.real, values.imag]).astype(np.float32),
        "gates": gates.astype(np.float32),
    }


def chained(request: Chain, n_times: int, step: int = 300, radius: float = 0.84) -> Chained:
    """A chain whose factors are known: 0.7 for the RNN, close to 1 for the others."""
    k = request.k or n_times
    wave = 1 + 0.05 * np.sin(np.arange(k - 1))
    factors = {"rnn": 0.7, "lstm": 1.02, "gru": 0.98}[request.cell] * wave
    products = np.append(np.cumprod(factors[::-1])[::-1], 1.0)
    term = 0.12 * products[request.j - 1] * 3.1
    return Chained(
        request, step, k, request.j, 0.12, factors, products, 0.1 * products, radius,
        radius ** np.arange(k - 1, -1, -1.0), 3.1, term, 0.34, request.generation,
    )  # fmt: skip


def measured(request: MeasureDelays, step: int = 300) -> DelaysMeasured:
    """LSTM and GRU hold up to the delay trained on, the RNN nowhere."""
    delays = np.array([5, 10, 20, 40, 80, 120, 160, 240])
    fall = 1 / (1 + (delays / 150.0) ** 4)
    accuracy = np.stack([0.125 + 0.5 * np.exp(-delays / 9), 0.125 + 0.875 * fall, 0.125 + 0.875 * fall**2])
    return DelaysMeasured(request, step, delays, accuracy.astype(np.float32), 0.125, 512, request.generation)


def mail_of(params: BpttParams, step: int = 300, **status: Any) -> Mail:
    """What a run at a step says of itself."""
    steps = np.arange(1, step + 1)
    rise = 100 / (1 + np.exp(-(steps - 150) / 20))
    series = {f"{cell}_accuracy": (steps, np.full(step, 12.5) if cell == "rnn" else rise) for cell in CELLS}
    series |= {f"{cell}_loss": (steps, 2.0 * np.exp(-steps / 100)) for cell in CELLS}
    series |= {f"{cell}_gradient": (steps, 0.5 + 0.4 * np.sin(steps / 9)) for cell in CELLS}
    series["radius"] = steps, np.linspace(0.9, 0.84, step)
    now = RunStatus(**({"head": step, "cursor": step} | status))
    frames = {name: Frame(name, step, data) for name, data in frames_of(params).items()}
    return Mail(RunSnapshot(params, 7, now, series), now, frames, (), 0)


def lab_with_run(params: BpttParams | None = None, theme: Theme = LIGHT) -> tuple[BpttLab, list[Any]]:
    """A lab that has heard of a run, and the questions it asks."""
    lab, asked = BpttLab(SPEC, theme), list[Any]()
    lab.asked.connect(asked.append)
    lab.receive(mail_of(params or BpttParams(delay=80)))
    return lab, asked


def answer_all(lab: BpttLab, asked: list[Any]) -> None:
    """Answer the questions of chain and delays."""
    n_times = n_steps_of(lab.params)
    for request in list(asked):
        if isinstance(request, Chain):
            lab.receive_answer(chained(request, n_times, lab.status.cursor))
        elif isinstance(request, MeasureDelays):
            lab.receive_answer(measured(request, lab.status.cursor))
    asked.clear()


def panel(window: MainWindow, panel_id: str, qtbot: QtBot) -> Any:
    """A panel, brought to the front."""
    window.page.docks[panel_id].show()
    window.page.docks[panel_id].raise_()
    until(qtbot, lambda: panel_id in window.page.visible_panels())
    return window.lab.panel(panel_id)
