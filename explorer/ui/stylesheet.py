"""One application stylesheet and one palette, both made from the tokens.

What it dresses, by dynamic property (set once in the constructor, before the widget is shown):

    QLabel      role  = title | heading | body | strong | secondary | tick | group | number | number_small
                tone  = muted | faint | accent | good | warn | bad
    QFrame      surface = card | bar | sidebar      (a flat card; the title bar of the window; the gallery at the left)
    QPushButton kind  = primary | quiet | chosen | chip    (plain without; a chip is small)
    QToolButton kind  = primary | transport | row   (small, flat and quiet without)
    QLineEdit   kind  = number                      (mono, right-aligned exact-value box)
    any field   error = true                        (red border)
"""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QColor, QPalette

from explorer.ui import fonts
from explorer.ui.tokens import CONTROL_RADIUS_PX, GAP_PX, RADIUS_PX, Theme, mix

_COLORS = (
    *("ground", "card", "border", "grid", "hover", "ink", "muted", "faint"),
    *("accent", "accent_ground", "accent_ink", "good_text", "good_ground", "warn", "warn_ground", "bad", "bad_ground"),
)


def palette(theme: Theme) -> QPalette:
    """The palette every widget starts from; custom-painted ones read the :class:`Theme` instead."""
    result = QPalette()
    role = QPalette.ColorRole
    for which, color in {
        role.Window: theme.ground,
        role.WindowText: theme.ink,
        role.Base: theme.card,
        role.AlternateBase: theme.grid,
        role.Text: theme.ink,
        role.PlaceholderText: theme.faint,
        role.Button: theme.card,
        role.ButtonText: theme.ink,
        role.BrightText: theme.bad,
        role.ToolTipBase: theme.card,
        role.ToolTipText: theme.ink,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_ink,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.card,
        role.Midlight: theme.grid,
        role.Mid: theme.border,
        role.Dark: theme.border,
        role.Shadow: theme.border,
        role.Accent: theme.accent,
    }.items():
        result.setColor(which, color)
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, theme.faint)
    return result


def stylesheet(theme: Theme) -> str:
    """The application's QSS in the colours and sizes of ``theme``."""
    colors = {name: getattr(theme, name).name() for name in _COLORS}
    sizes = {f"pt_{role}": f"{fonts.points(role) * theme.scale:.3f}pt" for role in fonts.ROLES}
    extra = {
        "accent_hover": _pressed(theme, 0.10),
        "accent_down": _pressed(theme, 0.22),
        "thumb": mix(theme.border, theme.faint, 0.45).name(),
        "gap": f"{GAP_PX}px",
        "radius": f"{RADIUS_PX}px",
        "control": f"{CONTROL_RADIUS_PX}px",
        "words": f"'{fonts.WORDS}', '{fonts.SYMBOLS}'",
        "numbers": f"'{fonts.NUMBERS}', '{fonts.SYMBOLS}'",
    }
    return Template(_QSS).substitute(colors | sizes | extra)


def _pressed(theme: Theme, share: float) -> str:
    away = QColor("white") if theme.is_dark else QColor("black")
    return mix(theme.accent, away, share).name()


_QSS = """
* { outline: none; }
QMainWindow, QDialog { background: $ground; }
QMainWindow::separator { background: $ground; width: $gap; height: $gap; }
QMainWindow::separator:hover { background: $border; }
QToolTip { background: $card; color: $ink; border: 1px solid $border; border-radius: 6px; padding: 6px 8px;
    font-size: $pt_secondary; }

QFrame[surface="card"] { background: $card; border: 1px solid $border; border-radius: $radius; }
QFrame[surface="card-top"] { background: $card; border: 1px solid $border; border-bottom: none;
    border-top-left-radius: $radius; border-top-right-radius: $radius; }
QFrame[surface="card-bottom"] { background: $card; border: 1px solid $border; border-top: none;
    border-bottom-left-radius: $radius; border-bottom-right-radius: $radius; }
QFrame[surface="bar"] { background: $ground; border: none; }
QFrame[surface="toast"] { background: $card; border: 1px solid $border; border-radius: $radius; }
QFrame[surface="sidebar"] { background: $card; border: none; border-right: 1px solid $border; }
QDockWidget { border: none; background: $ground; }
QDockWidget > QWidget { background: $ground; }
QDockWidget > QFrame[surface="card"] { background: $card; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: $pt_title; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="strong"] { font-weight: 500; }
QLabel[role="secondary"] { font-size: $pt_secondary; color: $muted; }
QLabel[role="tick"] { font-size: $pt_tick; color: $muted; }
QLabel[role="group"] { font-size: $pt_group; font-weight: 600; color: $muted; }
QLabel[role="number"] { font-family: $numbers; font-size: $pt_number; }
QLabel[role="number_small"] { font-family: $numbers; font-size: $pt_number_small; color: $muted; }
QLabel[tone="ink"] { color: $ink; }
QLabel[tone="muted"] { color: $muted; }
QLabel[tone="faint"] { color: $faint; }
QLabel[tone="accent"] { color: $accent; }
QLabel[tone="good"] { color: $good_text; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="bad"] { color: $bad; }
QLabel:disabled { color: $faint; }

QLabel[badge] { background: $grid; color: $muted; border-radius: 5px; padding: 1px 6px 2px 6px;
    font-size: $pt_group; font-weight: 600; }
QLabel[badge="live"], QLabel[badge="good"] { background: $good_ground; color: $good_text; }
QLabel[badge="warn"] { background: $warn_ground; color: $warn; }
QLabel[badge="bad"] { background: $bad_ground; color: $bad; }

QPushButton { background: $card; color: $ink; border: 1px solid $border; border-radius: $control;
    padding: 0 12px; min-height: 30px; font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $grid; }
QPushButton:disabled { color: $faint; }
QPushButton:focus { border: 2px solid $accent; padding: 0 11px; min-height: 28px; }
QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $accent_ink; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_down; border-color: $accent_down; }
QPushButton[kind="primary"]:focus { border: 2px solid $ink; }
QPushButton[kind="primary"]:disabled { background: $grid; border-color: $grid; color: $faint; }
QPushButton[kind="chosen"], QPushButton:checked { background: $accent_ground; border-color: $accent_ground;
    color: $accent; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover { background: $grid; }
QPushButton[kind="quiet"]:focus { border-color: $accent; }
QPushButton[kind="menu"] { padding: 0 32px 0 12px; }
QPushButton[kind="menu"]:focus { padding: 0 31px 0 11px; }
QPushButton[kind="gallery"] { background: transparent; color: $muted; border: 2px solid transparent; text-align: left;
    padding: 0 10px; min-height: 26px; font-weight: 400; }
QPushButton[kind="gallery"]:hover { background: $grid; }
QPushButton[kind="gallery"]:checked { background: $accent_ground; color: $accent; font-weight: 600; }
QPushButton[kind="gallery"]:focus { border-color: $accent; }
QPushButton[kind="chip"] { color: $muted; font-size: $pt_secondary; font-weight: 400; padding: 0 8px; min-height: 22px;
    border-radius: 7px; }
QPushButton[kind="chip"]:hover { color: $ink; }
QPushButton[kind="chip"]:checked { color: $accent; font-weight: 600; }
QPushButton[kind="chip"]:focus { padding: 0 7px; min-height: 20px; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: none; width: 0; }

QFrame[surface="segmented"] { background: $card; border: 1px solid $border; border-radius: $control; }
QPushButton[kind="segment"] { background: transparent; color: $muted; border: 2px solid transparent; border-radius: 7px;
    padding: 0 6px; min-height: 24px; font-weight: 400; }
QPushButton[kind="segment"]:hover { color: $ink; }
QPushButton[kind="segment"]:checked { background: $accent_ground; color: $accent; font-weight: 600; }
QPushButton[kind="segment"]:focus { border: 2px solid $accent; padding: 0 6px; min-height: 24px; }
QPushButton[kind="segment"]:disabled { color: $faint; }

QToolButton { background: transparent; color: $muted; border: 1px solid transparent; border-radius: 6px; padding: 3px; }
QToolButton:hover { background: $grid; color: $ink; }
QToolButton:pressed, QToolButton:checked { background: $accent_ground; color: $accent; }
QToolButton:disabled { color: $faint; }
QToolButton:focus { border: 1px solid $accent; }
QToolButton[kind="transport"] { background: $card; border: 1px solid $border; border-radius: $control; padding: 0; }
QToolButton[kind="transport"]:hover { background: $hover; }
QToolButton[kind="transport"]:pressed { background: $grid; }
QToolButton[kind="transport"]:focus { border: 2px solid $accent; }
QToolButton[kind="primary"] { background: $accent; border: 1px solid $accent; border-radius: $control; padding: 0; }
QToolButton[kind="primary"]:hover { background: $accent_hover; }
QToolButton[kind="primary"]:pressed { background: $accent_down; }
QToolButton[kind="primary"]:disabled { background: $grid; border-color: $grid; }
QToolButton[kind="primary"]:focus { border: 2px solid $ink; }

QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit { background: $card; color: $ink; border: 1px solid $border;
    border-radius: 6px; padding: 2px 7px; min-height: 22px; selection-background-color: $accent;
    selection-color: $accent_ink; }
QLineEdit:hover, QAbstractSpinBox:hover { border-color: $faint; }
QLineEdit:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $accent;
    padding: 1px 6px; }
QLineEdit:disabled, QAbstractSpinBox:disabled { color: $faint; background: $grid; }
QLineEdit[kind="number"] { font-family: $numbers; font-size: $pt_number; padding: 1px 7px; min-height: 20px; }
QLineEdit[kind="number"]:focus, QLineEdit[kind="number"][error="true"] { padding: 0 6px; }
QLineEdit[error="true"] { border: 2px solid $bad; padding: 1px 6px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }

QComboBox { background: $card; color: $ink; border: 1px solid $border; border-radius: 6px; padding: 2px 10px;
    min-height: 24px; }
QComboBox:hover { background: $hover; }
QComboBox:focus { border: 2px solid $accent; padding: 1px 9px; }
QComboBox:disabled { color: $faint; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: $card; border: 1px solid $border; selection-background-color: $accent_ground;
    selection-color: $accent; padding: 4px; }

QTabBar { background: transparent; border: none; }
QTabBar::tab { background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
    padding: 4px 10px; margin: 0 2px; font-size: $pt_secondary; font-weight: 500; }
QTabBar::tab:hover { color: $ink; }
QTabBar::tab:selected { color: $accent; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent; }
QTabWidget::pane { border: none; }

QMenuBar { background: $ground; color: $ink; padding: 2px 8px; }
QMenuBar::item { background: transparent; border-radius: 6px; padding: 4px 10px; }
QMenuBar::item:selected { background: $grid; }
QMenu { background: $card; color: $ink; border: 1px solid $border; padding: 5px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 6px; margin: 0; }
QMenu::item:selected { background: $accent_ground; color: $accent; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }
QMenu::icon { padding-left: 8px; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $thumb; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none;
    width: 0; height: 0; }

QListView, QTreeView, QTableView { background: $card; color: $ink; border: 1px solid $border; border-radius: 6px; }
QListView::item { min-height: 26px; padding: 0 8px; border-radius: 6px; }
QListView { padding: 4px; }
QListView::item:selected, QTreeView::item:selected { background: $accent_ground; color: $accent; }

QStatusBar { background: $ground; color: $muted; font-size: $pt_secondary; border: none; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $muted; font-size: $pt_secondary; }
QProgressBar { background: $grid; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
    text-align: center; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSplitter::handle { background: $ground; }
"""
