"""Small computational graphs: values flow along the arrows, gradients back, and stop where there is no path."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, SUBJECT_PX, Theme, mix
from explorer.ui.views.graph_layout import (
    Edge,
    Flow,
    Kind,
    Label,
    Layout,
    Node,
    arrange,
    flow_line,
    value_line,
)
from explorer.ui.views.painting import (
    CENTER,
    Run,
    draw_runs,
    draw_text,
    named_color,
    runs_width,
    text_color,
    text_height,
    text_width,
)
from explorer.ui.views.view import View

__all__ = ["Edge", "Flow", "GraphView", "Node"]

_KEY_WORDS: dict[Kind, str] = {"deterministic": "computed", "random": "sampled", "input": "given", "loss": "loss"}
_KEY_FROM_PX = 220.0


class GraphView(View):
    """A declared graph with values on its nodes and gradients along its edges."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._nodes: dict[str, Node] = {}
        self._edges: tuple[Edge, ...] = ()
        self._flows: tuple[Flow, ...] = ()
        self._title = ""
        self._kept: tuple[object, Layout] | None = None
        self._sister: GraphView | None = None

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
            self._nodes[name] = dataclasses.replace(node, value=value)
        self.update()

    def set_flows(self, flows: Sequence[Flow]) -> None:
        """Draw gradients going back, or the places where they cannot."""
        self._flows = tuple(flows)
        self.update()

    def set_title(self, text: str) -> None:
        """One sentence above the graph."""
        self._title = text
        self.update()

    def set_sister(self, other: GraphView) -> None:
        """Use no larger type than another graph does in a rectangle of the same size: they are to be compared."""
        self._sister = other
        self.update()

    # Geometry ----------------------------------------------------------------------------------------------------

    def layout_in(self, rect: QRectF) -> Layout:
        """Where nodes and words stand inside a rectangle, logical px; remembered for the last one."""
        own = self._alone(rect)
        largest = own.factor if self._sister is None else self._sister._alone(rect).factor
        if own.factor <= largest:
            return own
        return arrange(self._room(rect), self.theme, self._nodes, self._edges, self._flows, largest)

    def _alone(self, rect: QRectF) -> Layout:
        key = (rect.getRect(), tuple(self._nodes.values()), self._edges, self._flows, self._title, self.theme)
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, arrange(self._room(rect), self.theme, self._nodes, self._edges, self._flows))
        return self._kept[1]

    def node_rects(self, rect: QRectF) -> dict[str, QRectF]:
        """Where each node stands inside a rectangle, logical px."""
        return dict(self.layout_in(rect).places) if self._nodes else {}

    def _room(self, rect: QRectF) -> QRectF:
        """What title and key leave."""
        head = self._title_height() + 6 if self._title else 2.0
        foot = text_height(self.theme.font("tick")) + 10 if self._has_key(rect) else 2.0
        return rect.adjusted(3, head, -3, -foot)

    def _title_height(self) -> float:
        return text_height(self.theme.font("heading"))

    def _has_key(self, rect: QRectF) -> bool:
        return rect.height() >= _KEY_FROM_PX * self.theme.scale and bool(self._nodes)

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw edges, gradients, nodes, title and key."""
        if rect.width() < 30 or rect.height() < 30:
            return
        if self._title:
            box = QRectF(rect.left() + 4, rect.top() + 1, rect.width() - 8, self._title_height())
            draw_text(painter, box, self._title, self.theme.font("heading"), self.theme.ink, CENTER)
        if self._nodes:
            self._paint_graph(painter, self.layout_in(rect))
        if self._has_key(rect):
            self._paint_key(painter, rect)

    def _paint_graph(self, painter: QPainter, layout: Layout) -> None:
        used, theme = {(flow.source, flow.target) for flow in self._flows}, layout.theme
        for edge in self._edges:
            line = value_line(layout.places, edge, theme, shared=(edge.source, edge.target) in used)
            _draw_arrow(painter, line, self.theme.faint, COMPANY_PX * theme.scale)
        for flow in self._flows:
            self._paint_flow(painter, layout, flow)
        for node in self._nodes.values():
            self._paint_node(painter, layout, node)
        for label in layout.labels:
            self._paint_label(painter, theme, label)

    def _paint_node(self, painter: QPainter, layout: Layout, node: Node) -> None:
        where, theme, color = layout.places[node.id], layout.theme, named_color(self.theme, node.color_key)
        filled = node.kind == "loss"
        painter.setPen(self._outline(node.kind, color, theme.scale))
        painter.setBrush(color if filled else (self.theme.grid if node.kind == "input" else self.theme.card))
        radius = where.height() / 2 if node.kind == "random" else min(8.0, where.height() / 3)
        painter.drawRoundedRect(where, radius, radius)
        ink = self.theme.card if filled else text_color(self.theme, color)
        number = theme.font("number_small"), self.theme.card if filled else text_color(self.theme, self.theme.muted)
        if node.id in layout.one_line:
            runs = [Run(node.symbol, ink, theme.font("heading")), Run(f" = {node.value}", number[1], number[0])]
            width = runs_width(runs)
            draw_runs(painter, QRectF(where.center().x() - width / 2, where.top(), width + 2, where.height()), runs)
            return
        line, beneath = text_height(theme.font("heading")), text_height(number[0]) if node.value else 0.0
        top = where.center().y() - (line + beneath) / 2
        draw_text(painter, _row(where, top, line), node.label, theme.font("heading"), ink, CENTER)
        draw_text(painter, _row(where, top + line, beneath), node.value, *number, CENTER)

    def _outline(self, kind: Kind, color: QColor, scale: float) -> QPen:
        pen = QPen(color if kind != "input" else self.theme.border, COMPANY_PX * scale)
        if kind == "random":
            pen.setDashPattern([3.0, 2.0])
        return pen

    def _paint_flow(self, painter: QPainter, layout: Layout, flow: Flow) -> None:
        line, theme = flow_line(layout.places, flow, layout.theme), layout.theme
        if not flow.blocked:
            _draw_arrow(painter, line, self.theme.accent, SUBJECT_PX * theme.scale)
            return
        faded = mix(self.theme.bad, self.theme.card, 0.5)
        way = QLineF(line.p1(), line.pointAt(0.5))
        _draw_arrow(painter, way, faded, COMPANY_PX * theme.scale, head=False, dashed=True)
        self._paint_cross(painter, line.pointAt(0.5), self.theme.bad, theme.scale)

    def _paint_cross(self, painter: QPainter, at: QPointF, color: QColor, scale: float) -> None:
        arm = 5.0 * scale
        painter.setPen(QPen(color, SUBJECT_PX * scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for way in (1, -1):
            painter.drawLine(QLineF(at.x() - arm, at.y() - way * arm, at.x() + arm, at.y() + way * arm))

    def _paint_label(self, painter: QPainter, theme: Theme, label: Label) -> None:
        color = self.theme.bad if label.flow.blocked else self.theme.accent
        font = theme.font("tick_strong")
        draw_text(painter, label.box.adjusted(-2, 0, 2, 0), label.text, font, text_color(self.theme, color), CENTER)

    def _paint_key(self, painter: QPainter, rect: QRectF) -> None:
        """What the outlines mean, in one row beneath."""
        kinds = [kind for kind in _KEY_WORDS if any(node.kind == kind for node in self._nodes.values())]
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        widths = [text_width(font, _KEY_WORDS[kind]) + 40 for kind in kinds]
        x = rect.center().x() - sum(widths) / 2
        for kind, width in zip(kinds, widths, strict=True):
            swatch = QRectF(x, rect.bottom() - line - 2 + (line - 11) / 2, 18, 11)
            painter.setPen(self._outline(kind, self.theme.ink, self.theme.scale))
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
        """Two of them fit side by side into the hero of a 1280 x 720 window."""
        return QSize(200, 100)


def _row(where: QRectF, top: float, height: float) -> QRectF:
    return QRectF(where.left(), top, where.width(), height)


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
