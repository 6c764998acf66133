"""The transport bar: time can be moved. It only wishes; the runner decides, and the setters show what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from types import MappingProxyType

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from explorer.ui import icons
from explorer.ui.kit.menus import MenuButton
from explorer.ui.kit.number_box import NumberBox
from explorer.ui.kit.scale import Scale
from explorer.ui.kit.scrub import Scrub
from explorer.ui.tokens import SPACE_L, SPACE_M, SPACE_S, Theme

_BUTTON_PX, _ICON_PX = 34, 18
_SEED_SCALE = Scale(0, 2**31 - 1, whole=True)

SPEEDS: tuple[tuple[str, float | None], ...] = (
    ("1 step/s", 1.0),
    ("5 steps/s", 5.0),
    ("25 steps/s", 25.0),
    ("100 steps/s", 100.0),
    ("Full speed", None),
)
"""What the speed menu offers: text and steps per second; None is as fast as the machine goes."""

SHORTCUTS = MappingProxyType(
    {
        "reset": "Ctrl+R",
        "step_back": ",",
        "play": "Space",
        "step": ".",
        "branch": "Ctrl+B",
        "new_seed": "Ctrl+Shift+R",
    }
)
"""The keys the tooltips name; whoever owns the actions binds them."""

ACTIONS = frozenset({"reset", "step_back", "play", "step", "scrub", "branch", "seed", "new_seed", "speed"})

_TIPS = {
    "reset": "Back to step 0 with the same seed",
    "step_back": "One recorded step back",
    "play": "Train",
    "pause": "Pause",
    "step": "One optimiser step",
    "branch": "Go on from this step as a new branch; the old run stays as a grey ghost",
    "new_seed": "Start again with another seed",
}


class TransportBar(QFrame):
    """Play, pause, step, scrub, branch and seed of one run.

    Signals:
        play_requested, pause_requested, step_requested, step_back_requested, reset_requested: Buttons pressed.
        branch_requested: Branch from the step being shown.
        new_seed_requested: Another seed, whichever.
        seed_entered: This very seed.
        scrub_requested: Show this recorded step.
        speed_chosen: Steps per second, or None for full speed.
    """

    play_requested = Signal()
    pause_requested = Signal()
    step_requested = Signal()
    step_back_requested = Signal()
    reset_requested = Signal()
    branch_requested = Signal()
    new_seed_requested = Signal()
    seed_entered = Signal(int)
    scrub_requested = Signal(int)
    speed_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._playing = False
        self.setProperty("surface", "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.reset_button = self._tool("reset", "to-start", self.reset_requested)
        self.step_back_button = self._tool("step_back", "step-back", self.step_back_requested)
        self.play_button = self._tool("play", "play", None)
        self.step_button = self._tool("step", "step-forward", self.step_requested)
        self.step_label = self._number("step 0")
        self.scrub = Scrub(theme, self)
        self.head_label = self._number("of 0")
        self.speed_button = self._speed_menu()
        self.branch_button = self._push("Branch here", "branch", self.branch_requested)
        self.seed_label = self._number("seed")
        self.seed_box = NumberBox(_SEED_SCALE, 0, fit_value=True, parent=self)
        self.new_seed_button = self._push("New seed", "new_seed", self.new_seed_requested)
        self._finish()

    def set_position(self, step: int, head: int, recorded_first: int = 0) -> None:
        """Shows ``step`` of a run that has come to ``head`` and is recorded from ``recorded_first`` on."""
        self.step_label.setText(f"step {step:,}")
        self.head_label.setText(f"of {head:,}")
        self._reserve(head)
        if not self.scrub.dragging:
            self.scrub.set_position(step, head, recorded_first)

    def set_playing(self, playing: bool) -> None:
        """Turns the middle button into Pause, or back into Play."""
        self._playing = playing
        self._show_play_state()

    def set_seed(self, seed: int) -> None:
        """Shows the seed of the run."""
        self.seed_box.set_value(seed)

    def set_marks(self, steps: Sequence[int]) -> None:
        """Marks where the run was branched."""
        self.scrub.set_marks(steps)

    def set_speed(self, steps_per_s: float | None) -> None:
        """Shows the speed; says nothing. Unknown speeds are shown as their number."""
        known = {value: text for text, value in SPEEDS}
        self.speed_button.setText(known.get(steps_per_s, f"{steps_per_s} steps/s"))
        for action in self._speeds.actions():
            action.setChecked(action.data() == steps_per_s)

    def set_enabled_actions(self, names: Collection[str]) -> None:
        """Enables what can be done now, a part of :data:`ACTIONS`, and disables the rest."""
        widgets = {
            "reset": self.reset_button,
            "step_back": self.step_back_button,
            "play": self.play_button,
            "step": self.step_button,
            "scrub": self.scrub,
            "branch": self.branch_button,
            "seed": self.seed_box,
            "new_seed": self.new_seed_button,
            "speed": self.speed_button,
        }
        for name, widget in widgets.items():
            widget.setEnabled(name in names)

    def set_theme(self, theme: Theme) -> None:
        """Wears another theme."""
        self._theme = theme
        for button, name in (
            (self.reset_button, "to-start"),
            (self.step_back_button, "step-back"),
            (self.step_button, "step-forward"),
        ):
            button.setIcon(icons.icon(name, theme.ink, _ICON_PX))
        self.scrub.set_theme(theme)
        self.speed_button.set_theme(theme)
        self._show_play_state()

    def _finish(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        row.setSpacing(SPACE_S)
        before: list[QWidget] = [self.reset_button, self.step_back_button, self.play_button, self.step_button]
        after: list[QWidget] = [self.head_label, self.speed_button, self.branch_button]
        seed: list[QWidget] = [self.seed_label, self.seed_box, self.new_seed_button]
        for widget in (*before, self.step_label):
            row.addWidget(widget)
        row.addWidget(self.scrub, 1)
        for widget in after:
            row.addWidget(widget)
        row.addSpacing(SPACE_S)
        for widget in seed:
            row.addWidget(widget)
        self.play_button.clicked.connect(self._on_play_clicked)
        self.scrub.step_picked.connect(self.scrub_requested)
        self.seed_box.value_entered.connect(self._on_seed_entered)
        self.seed_box.setAccessibleName("Seed")
        self.seed_box.setToolTip("The seed of this run: the same seed gives the same run")
        self.seed_box.refused.connect(self._on_seed_refused)
        self.play_button.setProperty("kind", "primary")
        self.head_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.set_speed(None)
        self.set_theme(self._theme)

    def _tool(self, name: str, sign: str, wish: object) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", "transport")
        button.setFixedSize(_BUTTON_PX, _BUTTON_PX)
        button.setIconSize(QSize(_ICON_PX, _ICON_PX))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click, Space still trains
        button.setToolTip(f"{_TIPS[name]} ({SHORTCUTS[name]})")
        button.setAccessibleName(_TIPS[name])
        if wish is not None:
            button.clicked.connect(wish)
        return button

    def _push(self, text: str, name: str, wish: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(f"{_TIPS[name]} ({SHORTCUTS[name]})")
        button.clicked.connect(wish)
        return button

    def _number(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("role", "number")
        label.setProperty("tone", "muted")
        return label

    def _speed_menu(self) -> MenuButton:
        button = MenuButton(self._theme, self)
        button.setToolTip("How fast to train: slow motion to watch single steps, or all the machine can give")
        button.setAccessibleName("Speed")
        menu = button.drop_menu()
        self._speeds = QActionGroup(self)
        for text, value in SPEEDS:
            action = menu.addAction(text)
            action.setData(value)
            action.setCheckable(True)
            self._speeds.addAction(action)
        self._speeds.triggered.connect(self._on_speed_triggered)
        return button

    def _reserve(self, head: int) -> None:
        """Room for the longest number, so that nothing moves while digits come."""
        widest = f"step {max(head, 999):,}"
        self.step_label.setMinimumWidth(self.step_label.fontMetrics().horizontalAdvance("0" * len(widest)) + 2)

    def _show_play_state(self) -> None:
        name = "pause" if self._playing else "play"
        self.play_button.setIcon(icons.icon(name, self._theme.accent_ink, _ICON_PX, self._theme.faint))
        self.play_button.setToolTip(f"{_TIPS[name]} ({SHORTCUTS['play']})")
        self.play_button.setAccessibleName(_TIPS[name])

    @Slot()
    def _on_play_clicked(self) -> None:
        (self.pause_requested if self._playing else self.play_requested).emit()

    @Slot(float)
    def _on_seed_entered(self, seed: float) -> None:
        self.seed_entered.emit(int(seed))

    @Slot(str)
    def _on_seed_refused(self, sentence: str) -> None:
        self.seed_box.setToolTip(sentence or "The seed of this run: the same seed gives the same run")

    @Slot(QAction)
    def _on_speed_triggered(self, action: QAction) -> None:
        self.set_speed(action.data())
        self.speed_chosen.emit(action.data())
