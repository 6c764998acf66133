"""Where the nodes of a small graph stand and where the words beside its arrows go: rectangles, no painting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, QRectF

from explorer.ui.theme import Theme
from explorer.ui.views.painting import text_height, text_width
from explorer.ui.views.ticks import MINUS

Box = tuple[float, float, float, float]
"""Left, top, width and height of a rectangle, or both ends of a line; plain numbers, since thousands are tried."""
Kind = Literal["deterministic", "random", "input", "loss"]

_PLANS = (
    *((factor, False) for factor in (1.6, 1.45, 1.3, 1.15, 1.0, 0.92)),
    *((factor, short) for factor in (1.0, 0.9, 0.8, 0.72, 0.64, 0.56, 0.5, 0.44) for short in (False, True)),
)
_ALONG = (0.5, 0.62, 0.38, 0.74, 0.26, 0.86, 0.14, 1.0, 0.0)
_ASIDE_PX = 5.0
_WORST = 1e9
_ONE_LINE_FROM = 0.9


@dataclass(frozen=True)
class Node:
    """One node.

    Attributes:
        id: Stands for it in edges.
        label: Its symbol, large.
        kind: Computed from its parents, sampled, given, or the loss.
        x: Column, from 0 at the left to 1 at the right; nodes of one column share the same number.
        y: Place down its column, 0 at the top to 1 at the bottom.
        value: Its number as text, small beneath the label.
        color_key: Name of a colour of the theme for its outline and label.
    """

    id: str
    label: str
    kind: Kind
    x: float
    y: float
    value: str = ""
    color_key: str = "ink"

    @property
    def symbol(self) -> str:
        """The label as it stands before its number on one line: without the distribution it is drawn from."""
        return self.label.split(" ~ ")[0]


@dataclass(frozen=True)
class Edge:
    """A value used by another node."""

    source: str
    target: str


@dataclass(frozen=True)
class Flow:
    """The gradient along one edge, drawn against its direction.

    Attributes:
        source: The edge's source: where the gradient arrives.
        target: The edge's target: where it comes from.
        text: Its number; what to say where it is blocked.
        blocked: Whether no gradient passes here.
        short: What to say instead where there is no room for all of the text.
    """

    source: str
    target: str
    text: str = ""
    blocked: bool = False
    short: str = ""


@dataclass(frozen=True)
class Label:
    """Words beside an arrow.

    Attributes:
        flow: Whose they are.
        text: What they say.
        box: Where they stand, logical px.
    """

    flow: Flow
    text: str
    box: QRectF


@dataclass(frozen=True)
class Layout:
    """A graph inside a rectangle.

    Attributes:
        theme: Fonts and pens at the size at which all fits.
        factor: That size, as a multiple of the normal one.
        places: Rectangle of each node.
        one_line: Nodes whose number stands on the line of their symbol.
        labels: Words beside arrows.
        faults: How badly nodes and words collide; 0 when nothing does.
    """

    theme: Theme
    factor: float
    places: Mapping[str, QRectF]
    one_line: frozenset[str]
    labels: tuple[Label, ...]
    faults: float


def arrange(
    room: QRectF,
    theme: Theme,
    nodes: Mapping[str, Node],
    edges: Sequence[Edge],
    flows: Sequence[Flow],
    largest: float = 2.0,
) -> Layout:
    """The largest type at which nothing collides; short words only where the long ones would make it small.

    Args:
        room: For nodes and words, logical px.
        theme: Fonts at their normal size.
        nodes: By id.
        edges: Between them.
        flows: Gradients to name.
        largest: Type is at most so many times its normal size.
    """
    best = Layout(theme, 1.0, {}, frozenset(), (), _WORST)
    for factor, short in _PLANS:
        if factor > largest:
            continue
        found = _planned(room, theme, factor, nodes, edges, flows, short)
        if found.faults < best.faults:
            best = found
        if not best.faults:
            break
    return best


def _planned(
    room: QRectF,
    normal_theme: Theme,
    factor: float,
    nodes: Mapping[str, Node],
    edges: Sequence[Edge],
    flows: Sequence[Flow],
    short: bool,
) -> Layout:
    """The graph with type of one size."""
    columns, theme = _columns(nodes), normal_theme.scaled(normal_theme.scale * factor)
    low = [_lowered(column, theme, room.height()) for column in columns] if factor <= _ONE_LINE_FROM else []
    one_line = frozenset(node.id for column in low for node in column)
    sizes = {name: _size(node, theme, name in one_line) for name, node in nodes.items()}
    places, faults = _placed(room, theme, columns, sizes, flows)
    if faults:
        return Layout(theme, factor, places, one_line, (), 1e4 + faults)
    labels, crowded = _labelled(room, theme, places, edges, flows, short)
    return Layout(theme, factor, places, one_line, labels, crowded)


def _columns(nodes: Mapping[str, Node]) -> list[list[Node]]:
    """Nodes by column from the left, each column from the top."""
    found: dict[float, list[Node]] = {}
    for node in sorted(nodes.values(), key=lambda node: (node.x, node.y)):
        found.setdefault(node.x, []).append(node)
    return list(found.values())


def _lowered(column: Sequence[Node], theme: Theme, height: float) -> list[Node]:
    """The nodes, one kind after the other from the bottom up, that must do with one line so that a column fits."""
    low: list[Node] = []
    for kind in dict.fromkeys(node.kind for node in reversed(column)):
        taken = sum(_size(one, theme, one in low)[1] for one in column) + _gap_down(theme) * (len(column) - 1)
        if taken > height:
            low += [node for node in column if node.kind == kind and node.value]
    return low


def _gap_down(theme: Theme) -> float:
    return 20.0 * theme.scale


def _size(node: Node, theme: Theme, one_line: bool) -> tuple[float, float]:
    """Width and height of a node, px; with room for a sign, so that nothing jumps when a number changes it."""
    label, number, pad = theme.font("heading"), theme.font("number_small"), 10.0 * theme.scale
    if one_line:
        width = text_width(label, node.symbol) + text_width(number, steady(f" = {node.value}")) + 2 * pad
        return width, text_height(label) + 0.6 * pad
    width = max(text_width(label, node.label), text_width(number, steady(node.value))) + 2 * pad
    height = text_height(label) + (text_height(number) if node.value else 0.0) + pad
    return max(width, 44.0 * theme.scale, 1.2 * height if node.kind == "random" else 0.0), height


def steady(text: str) -> str:
    """A text as wide as it may become when a number in it turns negative."""
    parts = text.split(", ")
    return ", ".join(part if MINUS in part or not part.strip() else part + MINUS for part in parts)


def _placed(
    room: QRectF,
    theme: Theme,
    columns: Sequence[Sequence[Node]],
    sizes: Mapping[str, tuple[float, float]],
    flows: Sequence[Flow],
) -> tuple[dict[str, QRectF], float]:
    """Rectangles of the nodes, and by how many px they do not fit."""
    widths = [max(sizes[node.id][0] for node in column) for column in columns]
    wanted = _gaps(theme, columns, flows)
    spare = room.width() - sum(widths) - sum(wanted)
    faults = max(0.0, -spare)
    share = spare / max(1e-6, sum(wanted)) if wanted else 0.0
    places: dict[str, QRectF] = {}
    left = room.left() + (0.0 if wanted else max(0.0, spare) / 2)
    for i, column in enumerate(columns):
        faults += _stack(room, theme, left + widths[i] / 2, column, sizes, places)
        left += widths[i] + (max(4.0, wanted[i] * (1 + share)) if i < len(wanted) else 0.0)
    return places, faults


def _gaps(theme: Theme, columns: Sequence[Sequence[Node]], flows: Sequence[Flow]) -> list[float]:
    """How much room the arrows between neighbouring columns want; more where words go with them."""
    column_of = {node.id: i for i, column in enumerate(columns) for node in column}
    gaps = [30.0 * theme.scale] * (len(columns) - 1)
    for flow in flows:
        first, last = sorted((column_of[flow.source], column_of[flow.target]))
        if flow.text and last == first + 1:
            gaps[first] = 56.0 * theme.scale
    return gaps


def _stack(
    room: QRectF,
    theme: Theme,
    centre: float,
    column: Sequence[Node],
    sizes: Mapping[str, tuple[float, float]],
    places: dict[str, QRectF],
) -> float:
    """Put a column's nodes at their heights, pushed apart where they would touch; by how many px they do not fit."""
    gap, tops, bottom = _gap_down(theme), [], room.bottom()
    above = room.top() - gap
    for node in column:
        height = sizes[node.id][1]
        top = max(room.top() + node.y * max(0.0, room.height() - height), above + gap)
        tops.append(top)
        above = top + height
    for i in reversed(range(len(column))):  # what was pushed out at the bottom comes back up
        tops[i] = min(tops[i], bottom - sizes[column[i].id][1])
        bottom = tops[i] - gap
    for node, top in zip(column, tops, strict=True):
        width, height = sizes[node.id]
        places[node.id] = QRectF(centre - width / 2, top, width, height)
    return max(0.0, room.top() - tops[0])


# Arrows and the words beside them ------------------------------------------------------------------------------------


def normal(line: QLineF) -> QPointF:
    """Unit vector to the left of a line's direction, as seen on the screen."""
    length = max(line.length(), 1e-6)
    return QPointF(line.dy() / length, -line.dx() / length)


def between(source: QRectF, target: QRectF, aside: float) -> QLineF:
    """The line from the edge of one node to the edge of another, moved `aside` px to its left."""
    line = QLineF(source.center(), target.center())
    unit = normal(line)
    line.translate(unit.x() * aside, unit.y() * aside)
    start, end = _leaves(source, line), _leaves(target, QLineF(line.p2(), line.p1()))
    length = max(line.length(), 1e-6)
    return QLineF(line.pointAt(min(0.5, start + 3 / length)), line.pointAt(max(0.5, 1.0 - end - 4 / length)))


def value_line(places: Mapping[str, QRectF], edge: Edge, theme: Theme, *, shared: bool) -> QLineF:
    """The arrow of a value; beside the middle when it shares the way with a gradient."""
    return between(places[edge.source], places[edge.target], _ASIDE_PX * theme.scale if shared else 0.0)


def flow_line(places: Mapping[str, QRectF], flow: Flow, theme: Theme) -> QLineF:
    """The arrow of a gradient, against the direction of its edge and at the edge's other side."""
    return between(places[flow.target], places[flow.source], _ASIDE_PX * theme.scale)


def _leaves(rect: QRectF, line: QLineF) -> float:
    """The fraction of a line that starts inside a rectangle at which it comes out."""
    found = [1.0]
    for start, step, lo, hi in (
        (line.x1(), line.dx(), rect.left(), rect.right()),
        (line.y1(), line.dy(), rect.top(), rect.bottom()),
    ):
        if abs(step) > 1e-9:
            found.append(((hi if step > 0 else lo) - start) / step)
    return max(0.0, min(found))


def _labelled(
    room: QRectF,
    theme: Theme,
    places: Mapping[str, QRectF],
    edges: Sequence[Edge],
    flows: Sequence[Flow],
    short: bool,
) -> tuple[tuple[Label, ...], float]:
    """Words beside the arrows, each where it hides least, and how much is hidden."""
    used = {(flow.source, flow.target) for flow in flows}
    lines = [value_line(places, edge, theme, shared=(edge.source, edge.target) in used) for edge in edges]
    lines += [flow_line(places, flow, theme) for flow in flows]
    ends = [(line.x1(), line.y1(), line.x2(), line.y2()) for line in lines]
    font, height = theme.font("tick_strong"), text_height(theme.font("tick_strong"))
    taken = [_numbers(rect.adjusted(-3, -2, 3, 2)) for rect in places.values()]
    labels, faults = [], 0.0
    for flow in flows:
        text = (flow.short or flow.text) if short else flow.text
        if not text:
            continue
        size = text_width(font, steady(text) if any(c.isdigit() for c in text) else text) + 4, height
        box, cost = _best(flow_line(places, flow, theme), size, room, theme.scale, taken, ends)
        labels.append(Label(flow, text, QRectF(*box)))
        taken.append((box[0] - 2, box[1], box[2] + 4, box[3]))
        faults += cost
    return tuple(labels), faults


def _best(
    line: QLineF, size: tuple[float, float], room: QRectF, scale: float, taken: Sequence[Box], lines: Sequence[Box]
) -> tuple[Box, float]:
    """The first box beside a line in which words hide nothing, else the one in which they hide least; and how much."""
    best: tuple[Box, float] = ((0.0, 0.0, 0.0, 0.0), _WORST)
    for box in _boxes(line, size, room, scale):
        cost = _cost(box, _numbers(room), taken, lines)
        if cost < best[1]:
            best = box, cost
        if not cost:
            break
    return best


def _boxes(line: QLineF, size: tuple[float, float], room: QRectF, scale: float) -> Iterator[Box]:
    """Places for words of a size along a line and at either side of it, those at its outer side first."""
    unit, (width, height) = normal(line), size
    lowest = max(room.top(), room.bottom() - height)
    outer = 1.0 if (line.center().y() - room.center().y()) * unit.y() >= 0 else -1.0
    for way in (outer, -outer):
        for extra in (0.0, 6.0, 12.0):
            reach = (8.0 + extra) * scale + abs(unit.x()) * width / 2 + abs(unit.y()) * height / 2
            for t in _ALONG:
                at = line.pointAt(t) + unit * way * reach
                yield at.x() - width / 2, min(max(at.y() - height / 2, room.top()), lowest), width, height


def _cost(box: Box, room: Box, taken: Sequence[Box], lines: Sequence[Box]) -> float:
    """How much words in a box would hide or lose: px of overlap, and the arrows crossed."""
    lost = box[2] * box[3] - _shared(box, room)
    cost = (lost if lost > 1.0 else 0.0) + sum(_shared(box, other) for other in taken)
    return cost + sum(40.0 for line in lines if _crosses(box, line))


def _shared(a: Box, b: Box) -> float:
    """Area that two boxes share."""
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return across * down if across > 0 and down > 0 else 0.0


def _crosses(box: Box, line: Box) -> bool:
    """Whether a line (x1, y1, x2, y2) passes through a box: what remains of it after each side has cut it off."""
    x1, y1, x2, y2 = line
    first, last = 0.0, 1.0
    for start, step, lo, hi in ((x1, x2 - x1, box[0], box[0] + box[2]), (y1, y2 - y1, box[1], box[1] + box[3])):
        if abs(step) < 1e-9:
            if not lo < start < hi:
                return False
            continue
        enters, leaves = sorted(((lo - start) / step, (hi - start) / step))
        first, last = max(first, enters), min(last, leaves)
    return first < last


def _numbers(rect: QRectF) -> Box:
    return rect.x(), rect.y(), rect.width(), rect.height()
