"""What a panel shows when it has no picture: nothing yet, busy, gone wrong, or a stored picture going stale."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from explorer.ui import icons
from explorer.ui.tokens import SPACE_M, SPACE_S, SPACE_XL, Theme

_COLUMN_PX = 380
_SWEEP_MS = 1600
_FRAME_MS = 33


class _Centered(QWidget):
    """A narrow column in the middle of whatever room there is."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        self._inner = QWidget(self)
        self._inner.setMaximumWidth(_COLUMN_PX)
        outer.addStretch(1)
        outer.addWidget(self._inner, 100)
        outer.addStretch(1)
        self.column = QVBoxLayout(self._inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(SPACE_M)
        self.column.addStretch(1)

    def close_column(self) -> None:
        """Keeps what was added in the middle."""
        self.column.addStretch(1)

    def add_sentence(self, text: str, role: str, tone: str = "ink") -> QLabel:
        """Adds a wrapped, centred sentence."""
        label = QLabel(text, self._inner)
        label.setProperty("role", role)
        label.setProperty("tone", tone)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.column.addWidget(label)
        return label


class EmptyState(_Centered):
    """One sentence and one button.

    Signals:
        action_requested: The button was pressed.
    """

    action_requested = Signal()

    def __init__(self, sentence: str, action: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = self.add_sentence(sentence, "body", "muted")
        self.button = QPushButton(action, self._inner)
        self.button.setVisible(bool(action))
        self.button.clicked.connect(self.action_requested)
        self.column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.close_column()


class BusyState(_Centered):
    """What is being done, how far it is, and Cancel.

    Signals:
        cancel_requested: Cancel was pressed.
    """

    cancel_requested = Signal()

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what = self.add_sentence(what, "body")
        self._bar = QProgressBar(self._inner)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(what)
        self.column.addWidget(self._bar)
        self._how_far = self.add_sentence("", "number_small", "muted")
        self.cancel = QPushButton("Cancel", self._inner)
        self.cancel.clicked.connect(self.cancel_requested)
        self.column.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignHCenter)
        self.close_column()
        self.set_progress(0, 1)

    def set_progress(self, done: int, total: int, text: str = "") -> None:
        """How far it is: ``done`` of ``total``, in words where ``text`` has some."""
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)
        self._how_far.setText(text or f"{done:,} of {total:,}")


class ErrorState(_Centered):
    """What happened, what to do, and the details folded away.

    Signals:
        action_requested: The button under it was pressed.
    """

    action_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        happened: str,
        remedy: str,
        details: str = "",
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sign = QLabel(self._inner)
        self.column.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        self.happened = self.add_sentence(happened, "heading")
        self.remedy = self.add_sentence(remedy, "body", "muted")
        self.remedy.setVisible(bool(remedy))
        self.button = QPushButton(action, self._inner)
        self.button.setVisible(bool(action))
        self.fold = QPushButton("Show details", self._inner)
        self.fold.setProperty("kind", "quiet")
        self.fold.setVisible(bool(details))
        self.details = QPlainTextEdit(details, self._inner)
        self.details.setReadOnly(True)
        self.details.setFont(theme.font("number_small"))
        self.details.setMinimumHeight(120)
        self.details.hide()
        self._finish()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Tints the sign."""
        self._sign.setPixmap(icons.pixmap("warning", theme.bad, 28, self.devicePixelRatioF()))

    def _finish(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addStretch(1)
        buttons.addWidget(self.button)
        buttons.addWidget(self.fold)
        buttons.addStretch(1)
        self.column.addLayout(buttons)
        self.column.addWidget(self.details)
        self.close_column()
        self.button.clicked.connect(self.action_requested)
        self.fold.clicked.connect(self._on_fold_clicked)

    @Slot()
    def _on_fold_clicked(self) -> None:
        shown = not self.details.isVisibleTo(self)
        self.details.setVisible(shown)
        self.fold.setText("Hide details" if shown else "Show details")


class StaleLine(QWidget):
    """A thin moving line under a title: the picture is stored, the live one is on its way.

    It moves only while seen; with ``still`` (reduced motion) it stays a quiet line.
    """

    def __init__(self, theme: Theme, *, still: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._still = theme, still
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self.update)
        self.setFixedHeight(2)
        self.setAccessibleName("Loading the live model")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_theme(self, theme: Theme) -> None:
        """Wears another theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Two pixels high."""
        return QSize(80, 2)

    def showEvent(self, event: QShowEvent) -> None:
        """Begins to move."""
        self._clock.start()
        if not self._still:
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rests."""
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A short bright part on a faint line."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.accent_ground)
        if self._timer.isActive():
            part = self.width() * 0.22
            along = (self._clock.elapsed() % _SWEEP_MS) / _SWEEP_MS
            left = along * (self.width() + part) - part
            painter.fillRect(QRectF(left, 0, part, self.height()), self._theme.accent)
        painter.end()
