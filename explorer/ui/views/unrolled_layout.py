"""Where everything of an unrolled network stands: time to the right, inputs at the bottom, outputs above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSizeF

from explorer.ui.theme import Theme
from explorer.ui.views.painting import text_height, text_width
from explorer.ui.views.unrolled_story import Story

Kind = Literal["input", "state", "first", "output", "belief", "picture", "answer"]
Key = tuple[Kind, int, int]
LinkKind = Literal["in", "up", "recur", "out", "feed", "context", "answer"]
LinkKey = tuple[LinkKind, Key, Key]
FIRST: Key = ("first", -1, 0)
PICTURE: Key = ("picture", -1, 0)
ANSWER: Key = ("answer", -1, 0)
RISE_PX = 16.0
SIGNS = ("<start>", "<end>")
"""Tokens that stand for no word; their tiles are not made wide for them."""


@dataclass(frozen=True)
class Mark:
    """One thing in the picture: of which step and layer, where, and how much of it is there yet."""

    kind: Kind
    step: int
    layer: int
    box: QRectF
    alpha: float = 1.0

    @property
    def key(self) -> Key:
        """Its name."""
        return (self.kind, self.step, self.layer)


@dataclass(frozen=True)
class Rows:
    """The zones from top to bottom, as (top, bottom) in logical px; `layers` from the lowest one up."""

    head: tuple[float, float]
    titles: tuple[float, float]
    outputs: tuple[float, float]
    layers: tuple[tuple[float, float], ...]
    inputs: tuple[float, float]
    index: tuple[float, float]
    foot: tuple[float, float]

    @property
    def states(self) -> tuple[float, float]:
        """From the top of the highest layer to the bottom of the lowest."""
        return self.layers[-1][0], self.layers[0][1]


@dataclass(frozen=True)
class Scene:
    """A picture ready to be painted.

    Attributes:
        marks: By name.
        links: Which of them are joined, and how much of each arrow is there yet.
        rows: The zones.
        chain: From the left edge of the first visible step to the right edge of the last one.
        shown: First visible step, and the one after the last.
        pitch: From step to step, logical px.
        names: Width kept at the left for the names of the rows.
        bands: Reader and writer, where there are both.
    """

    marks: Mapping[Key, Mark]
    links: Mapping[LinkKey, float]
    rows: Rows
    chain: QRectF
    shown: tuple[int, int]
    pitch: float
    names: QRectF
    bands: tuple[QRectF, ...] = field(default=())

    def column(self, step: int) -> QRectF:
        """The column of a visible step, from outputs to inputs."""
        boxes = [m.box for m in self.marks.values() if m.step == step and m.kind == "state"]
        if not boxes:
            return QRectF()
        top, bottom = self.rows.outputs[0], self.rows.index[1]
        return QRectF(boxes[0].center().x() - self.pitch / 2, top, self.pitch, bottom - top)

    def at(self, place: QPointF) -> Mark | None:
        """What stands at a place."""
        found = [m for m in self.marks.values() if m.box.adjusted(-2, -2, 2, 2).contains(place)]
        return found[-1] if found else None

    def step_at(self, place: QPointF) -> int:
        """The step whose column holds a place, -1 beside the chain."""
        for step in range(*self.shown):
            if self.column(step).contains(place):
                return step
        return -1


def between(old: Scene, new: Scene, share: float) -> Scene:
    """The picture on the way from one to another: what is in both moves, the rest rises, sinks and fades."""
    marks = {k: _moved(old.marks[k], m, share) if k in old.marks else _coming(m, share) for k, m in new.marks.items()}
    gone = {k: _coming(m, 1.0 - share) for k, m in old.marks.items() if k not in new.marks}
    links = {k: 1.0 if k in old.links else share for k in new.links}
    lost = {k: 1.0 - share for k in old.links if k not in new.links}
    return replace(new, marks=gone | marks, links=lost | links)


def _moved(a: Mark, b: Mark, share: float) -> Mark:
    start, way = a.box.topLeft(), b.box.topLeft() - a.box.topLeft()
    width = a.box.width() + (b.box.width() - a.box.width()) * share
    height = a.box.height() + (b.box.height() - a.box.height()) * share
    return replace(b, box=QRectF(start + way * share, QSizeF(width, height)))


def _coming(mark: Mark, share: float) -> Mark:
    way = {"input": 1.0, "output": -1.0, "belief": -1.0}.get(mark.kind, 0.0)
    return replace(mark, box=mark.box.translated(0, way * RISE_PX * (1.0 - share)), alpha=share)


# Sizes ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sizes:
    """What a story would like, logical px, before the room is known."""

    tile: float
    least_pitch: float
    most_pitch: float
    gutter: float


def _wanted(theme: Theme, story: Story) -> Sizes:
    """Words want their width, letters little, rows of a picture less."""
    s = theme.scale
    if story.reads_rows:
        return Sizes(30 * s, 13 * s, 34 * s, 6 * s)
    gutter = (14 if story.writes else 8) * s
    texts = [t for t in [i.text for i in story.inputs] + [w.text for w in story.written] if t not in SIGNS]
    widest, small = (
        max((text_width(theme.font(font), text) for text in texts), default=20.0) for font in ("strong", "secondary")
    )
    if story.noun == "characters":
        tile = max(widest + 8 * s, 20 * s)
        return Sizes(tile, tile + 12 * s, 60 * s, 12 * s)
    return Sizes(
        max(min(widest + 16 * s, 104 * s), 40 * s), max(min(small + 8 * s, 60 * s), 30 * s) + gutter, 136 * s, gutter
    )


def _rows(rect: QRectF, theme: Theme, story: Story) -> Rows:
    """Cuts the height into zones; what helps least goes first when there is little of it."""
    s, line, h = theme.scale, text_height(theme.font("tick")), rect.height()
    head = line + 10 * s if h >= 220 * s else 0.0
    foot = line + 8 * s if h >= 180 * s else 0.0
    index = line + 7 * s if h >= 200 * s else 0.0
    titles = line + 4 * s if story.writes and story.n_read and h >= 260 * s else 0.0
    n, free = max(1, story.n_layers), max(0.0, h - head - foot - index - titles)
    tall = 100 * s if story.reads_rows else (44 * s if any(i.kind == "unknown" for i in story.inputs) else 28 * s)
    inputs = min(tall, 0.26 * free)
    many = story.n_steps * 72 * s > rect.width()  # then there is no room for more than the word and its probability
    outputs = min((124 if story.answers else 54 if many else 96) * s, 0.26 * free)
    rest = free - inputs - outputs
    gap = min(50 * s, 0.3 * rest / (n + 1))
    cell = min((188 if n == 1 else 120) * s, (rest - gap * (n + 1)) / n)
    spare = max(0.0, rest - gap * (n + 1) - cell * n)
    top = rect.top() + head + 0.5 * spare
    y = top + titles
    zones: list[tuple[float, float]] = [(y, y + outputs)]
    y += outputs
    layers = []
    for _ in range(n):
        y += gap
        layers.append((y, y + cell))
        y += cell
    zones.append((y + gap, y + gap + inputs))
    y += gap + inputs + 4 * s * bool(index)
    return Rows(
        (rect.top(), rect.top() + head),
        (top, top + titles),
        zones[0],
        tuple(reversed(layers)),
        zones[1],
        (y, y + max(0.0, index - 4 * s)),
        (rect.bottom() - foot, rect.bottom()),
    )


# Arranging -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Across:
    """Widths: names of rows, picture, first state, steps, answer."""

    names: float
    picture: float
    first: float
    left: float
    pitch: float
    gap: float
    shown: tuple[int, int]
    n_read: int
    card: float

    def center(self, step: int) -> float:
        begin, _ = self.shown
        jump = self.gap if begin < self.n_read <= step else 0.0
        return self.left + (step - begin + 0.5) * self.pitch + jump

    @property
    def right(self) -> float:
        return self.center(self.shown[1] - 1) + self.pitch / 2


def _across(rect: QRectF, theme: Theme, story: Story, rows: Rows, begin: int) -> _Across:
    s, sizes, n = theme.scale, _wanted(theme, story), max(1, story.n_steps)
    names = 66 * s if rect.width() >= 720 * s else 4 * s
    card = min(176 * s, 0.2 * rect.width()) + 26 * s if story.answers and rect.width() >= 420 * s else 0.0
    picture = _picture_px(rect, theme, story, rows)
    first = (min(34 * s, 0.05 * rect.width()) + 20 * s) if story.first.size else 0.0
    both = story.writes and story.n_read > 0
    room = max(1.0, rect.width() - 2 * s - names - card - (22 * s if both else 0.0))
    if begin > 0 and (room - picture - first) / n < sizes.least_pitch:  # what stands before the chain makes room
        picture, first = (picture if story.reads_rows else 0.0), 22 * s
    room = max(1.0, room - picture - first)
    pitch = min(max(room / n, sizes.least_pitch), sizes.most_pitch)
    n_shown = max(1, min(n, int(room / pitch + 1e-6)))
    if n_shown < n:
        pitch = room / n_shown
    begin = max(0, min(begin, n - n_shown))
    gap = 22 * s if both and begin < story.n_read < begin + n_shown else 0.0
    used = names + picture + first + card + n_shown * pitch + gap
    margin = max(0.0, (rect.width() - 2 * s - used) / 2)
    left = rect.left() + margin + names + picture + first
    return _Across(names, picture, first, left, pitch, gap, (begin, begin + n_shown), story.n_read, card)


def _picture_px(rect: QRectF, theme: Theme, story: Story, rows: Rows) -> float:
    """Width kept for a picture at the left, with the space beside it."""
    if story.picture is None:
        return 0.0
    if story.reads_rows:
        return max(0.0, rows.inputs[1] - rows.inputs[0] - 30 * theme.scale)  # partly under the first state
    return min(150 * theme.scale, 0.18 * rect.width()) + 26 * theme.scale


def arrange(rect: QRectF, theme: Theme, story: Story, begin: int = 0) -> Scene:
    """The picture of a story.

    Args:
        rect: All the room there is, logical px.
        theme: For type and scale.
        story: What is shown.
        begin: First visible step, where not all fit; moved so that the room is filled.
    """
    rows = _rows(rect, theme, story)
    across = _across(rect, theme, story, rows, begin)
    marks = _beside(rect, theme, story, rows, across)
    for step in range(*across.shown):
        if step < story.n_steps:
            marks |= {m.key: m for m in _step_marks(theme, story, rows, across, step)}
    top, bottom = rows.outputs[0], rows.index[1]
    chain = QRectF(across.left, top, across.right - across.left, bottom - top)
    names = QRectF(across.left - across.first - across.picture - across.names, top, across.names, bottom - top)
    links = dict.fromkeys(_links(story, marks), 1.0)
    return Scene(marks, links, rows, chain, across.shown, across.pitch, names, _bands(theme, story, rows, across))


def _step_marks(theme: Theme, story: Story, rows: Rows, across: _Across, step: int) -> list[Mark]:
    s, x, pitch, sizes = theme.scale, across.center(step), across.pitch, _wanted(theme, story)
    width = min(pitch - max(sizes.gutter, min(0.3 * pitch, 40 * s)), 92 * s)
    found = [Mark("state", step, k, _box(x, width, zone)) for k, zone in enumerate(rows.layers[: story.n_layers])]
    found.append(Mark("input", step, 0, _input_box(theme, story, rows, across, step, sizes)))
    if story.answers and step < len(story.beliefs):
        found.append(Mark("belief", step, 0, _box(x, min(pitch - 4 * s, 64 * s), rows.outputs)))
    if story.output_index(step) >= 0 and not story.answers:
        found.append(Mark("output", step, 0, _box(x, min(pitch - sizes.gutter, sizes.tile), rows.outputs)))
    return found


def _input_box(theme: Theme, story: Story, rows: Rows, across: _Across, step: int, sizes: Sizes) -> QRectF:
    s, (top, bottom) = theme.scale, rows.inputs
    x = across.center(step)
    if not story.reads_rows:
        width = min(across.pitch - sizes.gutter, max(sizes.tile, 38 * s if step else 0.0))
        return _box(x, width, (top, min(bottom, top + 28 * s)))
    row_px = (bottom - top) / max(1, story.n_read)
    middle = top + (step + 0.5) * row_px
    half = max(3.0 * s, 0.9 * row_px)
    return _box(x, across.pitch - 2 * s, (middle - half, middle + half))


def _box(x: float, width: float, zone: tuple[float, float]) -> QRectF:
    return QRectF(x - max(2.0, width) / 2, zone[0], max(2.0, width), max(1.0, zone[1] - zone[0]))


def _beside(rect: QRectF, theme: Theme, story: Story, rows: Rows, across: _Across) -> dict[Key, Mark]:
    """What stands before and after the steps: picture, first state, answer."""
    s, found = theme.scale, []
    begins = across.shown[0] == 0
    if story.n_steps and story.first.size and begins:
        width = max(8.0, across.first - 20 * s)
        for layer, zone in enumerate(rows.layers[: story.n_layers]):
            high = zone[1] - zone[0]
            cut = 0.1 * high if story.first[layer].any() else max(0.0, (high - 40 * s) / 2)
            short = (zone[0] + cut, zone[1] - cut)
            found.append(Mark("first", -1, layer, _box(across.left - across.first + width / 2, width, short)))
    if story.picture is not None and (begins or story.reads_rows):
        found.append(Mark("picture", -1, 0, _picture_box(theme, story, rows, across)))
    if across.card:
        left = across.right + 26 * s
        lines = len(story.classes) + (1 if story.truth else 0)
        height = min(rows.states[1] - rows.outputs[0], (44 + 24 * lines) * s)
        found.append(Mark("answer", -1, 0, QRectF(left, rows.outputs[0], across.card - 26 * s, height)))
    return {m.key: m for m in found}


def _picture_box(theme: Theme, story: Story, rows: Rows, across: _Across) -> QRectF:
    if story.reads_rows:
        side = rows.inputs[1] - rows.inputs[0]
        return QRectF(across.left - side - 12 * theme.scale, rows.inputs[0], side, side)
    side = max(2.0, min(across.picture - 26 * theme.scale, rows.inputs[1] - rows.outputs[0]))
    middle = (rows.states[0] + rows.states[1]) / 2
    return QRectF(across.left - across.first - across.picture, middle - side / 2, side, side)


def _bands(theme: Theme, story: Story, rows: Rows, across: _Across) -> tuple[QRectF, ...]:
    """Reader and writer as far as they are visible."""
    if not (story.writes and story.n_read):
        return ()
    (begin, end), n, half = across.shown, story.n_read, across.pitch / 2
    top, bottom = rows.titles[0] - 2 * theme.scale, rows.index[1] + 2 * theme.scale
    found = []
    if begin < n:
        left = across.left - across.first - 6 * theme.scale
        found.append(QRectF(left, top, across.center(min(n, end) - 1) + half - left, bottom - top))
    if end > n:
        left = across.center(max(n, begin)) - half
        found.append(QRectF(left, top, across.center(end - 1) + half - left, bottom - top))
    return tuple(found)


def _links(story: Story, marks: Mapping[Key, Mark]) -> list[LinkKey]:
    """Every arrow whose two ends are visible."""
    wanted: list[LinkKey] = []
    top = story.n_layers - 1
    for step in range(story.n_steps):
        wanted.append(("in", ("input", step, 0), ("state", step, 0)))
        for layer in range(story.n_layers):
            before: Key = ("state", step - 1, layer) if step else ("first", -1, layer)
            wanted.append(("recur", before, ("state", step, layer)))
            wanted.append(("up", ("state", step, layer), ("state", step, layer + 1)))
        wanted.append(("out", ("state", step, top), ("belief" if story.answers else "output", step, 0)))
        wanted.append(("feed", ("output", step, 0), ("input", step + 1, 0)))
    if story.picture is not None and not story.reads_rows:
        wanted += [("context", PICTURE, ("first", -1, layer)) for layer in range(story.n_layers)]
    wanted.append(("answer", ("belief", story.n_read - 1, 0), ANSWER))
    return [link for link in wanted if link[1] in marks and link[2] in marks]
