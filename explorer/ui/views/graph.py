"""Small computational graphs: values flow along the arrows, gradients back, and stop where there is no path."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, SUBJECT_PX, Theme, mix
from explorer.ui.views.painting import (
    CENTER,
    draw_haloed,
    draw_text,
    named_color,
    text_color,
    text_height,
    text_width,
)
from explorer.ui.views.view import View

Kind = Literal["deterministic", "random", "input", "loss"]
_KEY_WORDS: dict[Kind, str] = {"deterministic": "computed", "random": "sampled", "input": "given", "loss": "loss"}


@dataclass(frozen=True)
class Node:
    """One node.

    Attributes:
        id: Stands for it in edges.
        label: Its symbol, large.
        kind: Computed from its parents, sampled, given, or the loss.
        x: Place across, 0 at the left to 1 at the right.
        y: Place down, 0 at the top to 1 at the bottom.
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
    """

    source: str
    target: str
    text: str = ""
    blocked: bool = False


class GraphView(View):
    """A declared graph with values on its nodes and gradients along its edges."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._nodes: dict[str, Node] = {}
        self._edges: tuple[Edge, ...] = ()
        self._flows: tuple[Flow, ...] = ()
        self._title = ""

    def set_graph(self, nodes: Sequence[Node], edges: Sequence[Edge]) -> None:
        """Show this graph, without gradients.

        Raises:
            KeyError: If an edge names a node that is not there.
        """
        known = {node.id: node for node in nodes}
        for edge in edges:
            _ = known[edge.source], known[edge.target]
        self._nodes, self._edges, self._flows = known, tuple(edges), ()
        self.update()

    def set_values(self, values: dict[str, str]) -> None:
        """Write numbers on nodes, by id; others keep theirs."""
        for name, value in values.items():
            node = self._nodes[name]
            self._nodes[name] = Node(node.id, node.label, node.kind, node.x, node.y, value, node.color_key)
        self.update()

    def set_flows(self, flows: Sequence[Flow]) -> None:
        """Draw gradients going back, or the places where they cannot."""
        self._flows = tuple(flows)
        self.update()

    def set_title(self, text: str) -> None:
        """One sentence above the graph."""
        self._title = text
        self.update()

    # Geometry ----------------------------------------------------------------------------------------------------

    def node_rects(self, rect: QRectF) -> dict[str, QRectF]:
        """Where each node stands inside a rectangle, logical px."""
        sizes = {name: self._size(node) for name, node in self._nodes.items()}
        if not sizes:
            return {}
        head = text_height(self.theme.font("heading")) + 8 if self._title else 4.0
        foot = text_height(self.theme.font("tick")) + 10 if self._has_key(rect) else 4.0
        width, height = max(s[0] for s in sizes.values()), max(s[1] for s in sizes.values())
        room = rect.adjusted(width / 2 + 6, head + height / 2, -width / 2 - 6, -foot - height / 2)
        places = {}
        for name, node in self._nodes.items():
            x = room.left() + node.x * max(0.0, room.width())
            y = room.top() + node.y * max(0.0, room.height())
            size = sizes[name]
            places[name] = QRectF(x - size[0] / 2, y - size[1] / 2, *size)
        return places

    def _size(self, node: Node) -> tuple[float, float]:
        label, value = self.theme.font("heading"), self.theme.font("number_small")
        width = max(text_width(label, node.label), text_width(value, node.value)) + 28
        height = text_height(label) + (text_height(value) if node.value else 0.0) + 14
        return max(width, 48.0 * self.theme.scale, height if node.kind == "random" else 0.0), height

    def _has_key(self, rect: QRectF) -> bool:
        return rect.height() > 150 and bool(self._nodes)

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw edges, gradients, nodes, title and key."""
        if rect.width() < 30 or rect.height() < 30:
            return
        places = self.node_rects(rect)
        if self._title:
            box = QRectF(rect.left() + 4, rect.top() + 2, rect.width() - 8, text_height(self.theme.font("heading")))
            draw_text(painter, box, self._title, self.theme.font("heading"), self.theme.ink, CENTER)
        used = {(flow.source, flow.target) for flow in self._flows}
        for edge in self._edges:
            aside = 5.0 if (edge.source, edge.target) in used else 0.0
            line = _between(places[edge.source], places[edge.target], aside * self.theme.scale)
            _draw_arrow(painter, line, self.theme.faint, COMPANY_PX * self.theme.scale)
        for name, node in self._nodes.items():
            self._paint_node(painter, places[name], node)
        for flow in self._flows:
            self._paint_flow(painter, places, flow, rect.center().x())
        if self._has_key(rect):
            self._paint_key(painter, rect)

    def _paint_node(self, painter: QPainter, where: QRectF, node: Node) -> None:
        color = named_color(self.theme, node.color_key)
        filled = node.kind == "loss"
        painter.setPen(self._outline(node.kind, color))
        painter.setBrush(color if filled else (self.theme.grid if node.kind == "input" else self.theme.card))
        radius = where.height() / 2 if node.kind == "random" else 8.0
        painter.drawRoundedRect(where, radius, radius)
        label, value = self.theme.font("heading"), self.theme.font("number_small")
        line = text_height(label)
        top = where.center().y() - (line + (text_height(value) if node.value else 0.0)) / 2
        ink = self.theme.card if filled else text_color(self.theme, color)
        draw_text(painter, QRectF(where.left(), top, where.width(), line), node.label, label, ink, CENTER)
        if node.value:
            box = QRectF(where.left(), top + line, where.width(), text_height(value))
            draw_text(painter, box, node.value, value, self.theme.card if filled else self.theme.muted, CENTER)

    def _outline(self, kind: Kind, color: QColor) -> QPen:
        pen = QPen(color if kind != "input" else self.theme.border, COMPANY_PX * self.theme.scale)
        if kind == "random":
            pen.setDashPattern([3.0, 2.0])
        return pen

    def _paint_flow(self, painter: QPainter, places: dict[str, QRectF], flow: Flow, centre: float) -> None:
        line = _between(places[flow.target], places[flow.source], 5.0 * self.theme.scale)
        color = self.theme.bad if flow.blocked else self.theme.accent
        if flow.blocked:
            faded = mix(color, self.theme.card, 0.5)
            _draw_arrow(painter, QLineF(line.p1(), line.pointAt(0.5)), faded, COMPANY_PX, head=False, dashed=True)
            self._paint_cross(painter, line.pointAt(0.5), color)
        else:
            _draw_arrow(painter, line, color, SUBJECT_PX * self.theme.scale)
        if flow.text:
            self._paint_flow_text(painter, line, flow.text, color, centre)

    def _paint_cross(self, painter: QPainter, at: QPointF, color: QColor) -> None:
        arm = 6.0 * self.theme.scale
        painter.setPen(QPen(color, SUBJECT_PX * self.theme.scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for way in (1, -1):
            painter.drawLine(QLineF(at.x() - arm, at.y() - way * arm, at.x() + arm, at.y() + way * arm))

    def _paint_flow_text(self, painter: QPainter, line: QLineF, text: str, color: QColor, centre: float) -> None:
        """Beside the middle of the arrow: at its outer side, where no other edge runs."""
        font, height = self.theme.font("tick_strong"), text_height(self.theme.font("tick_strong"))
        width = text_width(font, text) + 10
        unit, middle = _normal(line), line.pointAt(0.5)
        crossing = (middle.x() - centre) * unit.x() < -8.0
        unit = -unit if crossing else unit
        reach = (18.0 if crossing else 8.0) * self.theme.scale + abs(unit.x()) * width / 2 + abs(unit.y()) * height / 2
        at = QPointF(middle.x() + unit.x() * reach, middle.y() + unit.y() * reach)
        box = QRectF(at.x() - width / 2, at.y() - height / 2, width, height)
        draw_haloed(painter, box, text, font, text_color(self.theme, color), self.theme.card)

    def _paint_key(self, painter: QPainter, rect: QRectF) -> None:
        """What the outlines mean, in one row beneath."""
        kinds = [kind for kind in _KEY_WORDS if any(node.kind == kind for node in self._nodes.values())]
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        widths = [text_width(font, _KEY_WORDS[kind]) + 40 for kind in kinds]
        x = rect.center().x() - sum(widths) / 2
        for kind, width in zip(kinds, widths, strict=True):
            swatch = QRectF(x, rect.bottom() - line - 2 + (line - 11) / 2, 18, 11)
            painter.setPen(self._outline(kind, self.theme.ink))
            fills = {"loss": self.theme.ink, "input": self.theme.grid}
            painter.setBrush(fills.get(kind, self.theme.card))
            painter.drawRoundedRect(swatch, 5.5 if kind == "random" else 2.5, 5.5 if kind == "random" else 2.5)
            box = QRectF(x + 23, rect.bottom() - line - 2, width, line)
            draw_text(painter, box, _KEY_WORDS[kind], font, self.theme.muted)
            x += width

    def sizeHint(self) -> QSize:
        """Half a panel."""
        return QSize(320, 260)

    def minimumSizeHint(self) -> QSize:
        """Nodes must not overlap."""
        return QSize(200, 150)


def _normal(line: QLineF) -> QPointF:
    """Unit vector to the left of a line's direction, as seen on the screen."""
    length = max(line.length(), 1e-6)
    return QPointF(line.dy() / length, -line.dx() / length)


def _between(source: QRectF, target: QRectF, aside: float) -> QLineF:
    """The line from the edge of one node to the edge of another, moved `aside` px to its left."""
    line = QLineF(source.center(), target.center())
    unit = _normal(line)
    line.translate(unit.x() * aside, unit.y() * aside)
    start, end = _leaves(source, line), _leaves(target, QLineF(line.p2(), line.p1()))
    length = max(line.length(), 1e-6)
    return QLineF(line.pointAt(min(0.5, start + 3 / length)), line.pointAt(max(0.5, 1.0 - end - 4 / length)))


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


def _draw_arrow(
    painter: QPainter, line: QLineF, color: QColor, width: float, *, head: bool = True, dashed: bool = False
) -> None:
    if line.length() < 2 or not math.isfinite(line.length()):
        return
    size = 4.0 + 2.2 * width if head else 0.0
    pen = QPen(color, width)
    if dashed:
        pen.setDashPattern([2.5, 2.0])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLine(QLineF(line.p1(), line.pointAt(max(0.0, 1.0 - 0.8 * size / line.length()))))
    if head:
        unit, tip = QPointF(line.dx(), line.dy()) / line.length(), line.p2()
        side = QPointF(-unit.y(), unit.x()) * size * 0.5
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([tip, tip - unit * size + side, tip - unit * size - side]))
