"""What the norms and accuracies of a step say, in words: true of the numbers given, and of no others. No Qt."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from explorer.core.frames import Array
from explorer.specs.bptt import ADDING_TOLERANCE, EXPLODING, N_SYMBOLS, TRACKS, VANISHING, BpttParams
from explorer.ui.labs.bptt.slopes import CELL_NAMES
from explorer.ui.views.ticks import decade, number, significant

Piece = tuple[str, str]
Kind = Literal["vanishes", "explodes", "fades", "grows", "keeps", "is cut", "dies", "broke"]
LONG_PATHS = ("rnn/h", "lstm/c", "gru/h")
"""The path each cell's gradient goes back on; the LSTM's is its memory."""
UNDERFLOW = 1e-30
"""Zeros before a norm below this are numbers too small for 32 bits; before a larger one, the gradient was cut off."""
KEPT = 100.0
"""A gradient whose norm at the first time is within this factor of that at the last is kept."""
LEARNED, NEAR_CHANCE = 95.0, 6.0
"""From this accuracy on, in %, a cell has learned its task; so many points above guessing, it guesses."""


@dataclass(frozen=True)
class Reach:
    """How far one cell's gradient comes back.

    Attributes:
        cell: Which cell.
        kind: What becomes of it.
        factor: Norm at the first time over norm at the last; 0 if it is cut.
        n_missing: Times at the beginning that get exactly nothing.
    """

    cell: str
    kind: Kind
    factor: float
    n_missing: int


def chance(params: BpttParams) -> float:
    """What guessing gives, in %: one symbol in eight; for sums of two numbers from [0, 1], always answering 1."""
    if params.task == "adding":
        return 100.0 * (1.0 - (1.0 - ADDING_TOLERANCE) ** 2)
    return 100.0 / N_SYMBOLS


def reaches(norms: Array) -> list[Reach]:
    """How far each cell's gradient comes back, from norms (4, T) in the order of TRACKS."""
    each = [np.asarray(norms[TRACKS.index(track)], np.float64) for track in LONG_PATHS]
    found = [_reach(track.split("/")[0], row) for track, row in zip(LONG_PATHS, each, strict=True)]
    # Truncation cuts all cells at one time; what one of them lacks beyond that died on its way.
    cut = min(int((row > 0).argmax()) for row in each)
    return [replace(r, kind="dies") if r.kind == "is cut" and r.n_missing > cut else r for r in found]


def sentences(norms: Array, params: BpttParams, accuracy: Mapping[str, float]) -> list[list[Piece]]:
    """Two or three paragraphs about what is shown.

    Args:
        norms: (4, T) in the order of TRACKS.
        params: Settings of the run.
        accuracy: Share right by cell, in %; cells without one are not spoken of.

    Returns:
        Paragraphs of pieces of text with the names of their colours; empty without two time steps.
    """
    if np.shape(norms)[-1] < 2:
        return []
    found = reaches(norms)
    paragraphs = [_about_gradients(found, int(np.shape(norms)[-1]))]
    learning = _about_learning(found, params, accuracy)
    return paragraphs + ([learning] if learning else [])


def _reach(cell: str, norms: Array) -> Reach:
    if not np.isfinite(norms).all() or norms[-1] <= 0:
        return Reach(cell, "broke", math.nan, 0)
    missing = int((norms > 0).argmax())
    factor = float(norms[0] / norms[-1])
    if missing and norms[missing] > UNDERFLOW:
        return Reach(cell, "is cut", 0.0, missing)
    return Reach(cell, _kind(factor), factor, missing)


def _kind(factor: float) -> Kind:
    """What becomes of a gradient whose norm at the first time is ``factor`` times that at the last."""
    if factor < VANISHING:
        return "vanishes"
    if factor > EXPLODING:
        return "explodes"
    return "fades" if factor < 1.0 / KEPT else "grows" if factor > KEPT else "keeps"


_ENDS: Mapping[str, str] = {
    "vanishes": ": it vanishes",
    "explodes": ": it explodes",
    "fades": ", and has not vanished yet",
    "grows": ", and has not exploded yet",
}
"""How a sentence ends of a gradient that did not keep its size."""


def _about_gradients(found: Sequence[Reach], n_times: int) -> list[Piece]:
    """What becomes of the gradients, cells alike in one sentence."""
    pieces: list[Piece] = []
    for reach in found:
        if reach.kind in _ENDS:
            pieces += [("Back to the first time step, the ", "ink") if not pieces else ("The ", "ink")]
            pieces += [_name(reach.cell), (f"’s gradient {_change(reach)}{_ENDS[reach.kind]}. ", "ink")]
    for kind in ("broke", "is cut", "dies", "keeps"):
        alike = [reach for reach in found if reach.kind == kind]
        if alike:
            pieces.append((_subject(kind, len(alike) > 1), "ink"))
            pieces += [*_named(alike), (_fate(kind, alike, n_times, alone=not pieces[:-1]), "ink")]
    return _trimmed([piece for piece in pieces if piece[0]])


def _change(reach: Reach) -> str:
    if reach.factor == 0.0:
        return "shrinks below the smallest number of 32 bits, to exactly 0"
    exponent = math.floor(abs(math.log10(reach.factor)) + 1e-9)
    return f"{'shrinks' if reach.factor < 1 else 'grows'} over {decade(exponent)}-fold"


def _fate(kind: str, alike: Sequence[Reach], n_times: int, *, alone: bool) -> str:
    several = len(alike) > 1
    if kind == "broke":
        return f" {'are not finite numbers' if several else 'is not a finite number'} any more. "
    if kind == "is cut":
        missing = min(reach.n_missing for reach in alike)
        verb = "are" if several else "is"
        return f" {verb} cut off: the first {missing:,} of {n_times:,} time steps get exactly none. "
    if kind == "dies":
        missing, verb = max(reach.n_missing for reach in alike), "die" if several else "dies"
        return f" {verb} out on the way: the first {missing:,} of {n_times:,} time steps get exactly none. "
    furthest = max(max(reach.factor, 1.0 / reach.factor) for reach in alike)
    if alone:
        whose = "keep their gradients" if several else "keeps its gradient"
        return f" {whose} within a factor of {_at_most(furthest)} from the last time step to the first. "
    return f" {'keep theirs' if several else 'keeps its own'} within a factor of {_at_most(furthest)}. "


def _subject(kind: str, several: bool) -> str:
    if kind == "keeps":
        return "" if several else "The "
    return "The gradients of " if several else "The gradient of "


def _about_learning(found: Sequence[Reach], params: BpttParams, accuracy: Mapping[str, float]) -> list[Piece]:
    given = [reach for reach in found if math.isfinite(accuracy.get(reach.cell, math.nan))]
    guess = chance(params)
    learned = [r for r in given if accuracy[r.cell] >= LEARNED]
    below = [r for r in given if accuracy[r.cell] < guess - NEAR_CHANCE]
    guessing = [r for r in given if abs(accuracy[r.cell] - guess) <= NEAR_CHANCE]
    between = [r for r in given if r not in learned and r not in guessing and r not in below]
    says = f" right; guessing gives {_short(guess)}\N{NO-BREAK SPACE}%. "
    pieces: list[Piece] = []
    for alike, one, several, end in (
        (below, "is below chance", "are below chance", " right. " if guessing else says),
        (guessing, "is near chance", "are near chance", says),
        (between, "is above chance", "are above chance", " right. "),
        (learned, "has learned the task", "have learned the task", " right. "),
    ):
        if alike:
            rights = " and ".join(_percent(accuracy[r.cell]) for r in alike[-2:])
            rights = ", ".join([*(_percent(accuracy[r.cell]) for r in alike[:-2]), rights])
            pieces += [*([("The ", "ink")] if len(alike) == 1 else []), *_named(alike)]
            pieces.append((f" {several if len(alike) > 1 else one}: {rights}{end}", "ink"))
    return _trimmed(pieces)


def _named(alike: Sequence[Reach]) -> list[Piece]:
    """Names in their colours, with commas and an and."""
    pieces: list[Piece] = []
    for i, reach in enumerate(alike):
        if i:
            pieces.append((" and " if i == len(alike) - 1 else ", ", "ink"))
        pieces.append(_name(reach.cell))
    return pieces


def _name(cell: str) -> Piece:
    return CELL_NAMES[cell], cell


def _percent(value: float) -> str:
    """Whole per cent; 100 only for what is right every time."""
    return f"{100 if value >= 100 else min(round(value), 99)}\N{NO-BREAK SPACE}%"


def _short(value: float) -> str:
    return significant(value, 3).removesuffix(".0")


def _at_most(factor: float) -> str:
    """A factor of at least one, rounded up to two digits."""
    if factor < 10:
        return number(math.ceil(factor * 10 - 1e-9) / 10, 1)
    unit = 10.0 ** (math.floor(math.log10(factor)) - 1)
    return number(math.ceil(factor / unit - 1e-9) * unit, 0)


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    return [*pieces[:-1], (pieces[-1][0].rstrip(), pieces[-1][1])] if pieces else []
