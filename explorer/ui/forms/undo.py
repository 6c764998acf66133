"""One undo entry per change of parameters: a drag, however long, is one; so is a stored run that was opened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from explorer.core.params import changed, param_field

_MERGE_ID = 1


class ParamsChange(QUndoCommand):
    """Goes from one Params to another by calling ``apply``; changes with the same key merge.

    Pushing it onto a QUndoStack applies it.
    """

    def __init__(self, apply: Callable[[object], None], before: object, after: object, merge_key: str) -> None:
        """Makes the command.

        Args:
            apply: Puts Params into force: the runner and the form.
            before: What undo goes back to.
            after: What redo goes to.
            merge_key: The same throughout one drag; empty never merges.
        """
        super().__init__(_sentence(before, after))
        self._apply, self.before, self.after, self.merge_key = apply, before, after, merge_key

    def undo(self) -> None:
        """Back to what was before the first of the merged changes."""
        self._apply(self.before)

    def redo(self) -> None:
        """To what came out of the last of them."""
        self._apply(self.after)

    def id(self) -> int:
        """Commands of one id are offered to :meth:`mergeWith`."""
        return _MERGE_ID if self.merge_key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Takes in a later change of the same drag; a drag that ends where it began leaves nothing to undo."""
        if not isinstance(other, ParamsChange) or other.merge_key != self.merge_key:
            return False
        self.after = other.after
        self.setText(_sentence(self.before, self.after))
        self.setObsolete(self.before == self.after)
        return True


class RunChosen(QUndoCommand):
    """Opens a stored run, and goes back to what was there before.

    Args:
        title: Title of the run.
        there: Opens it; done when this is pushed onto a QUndoStack.
        back: Goes back.
    """

    def __init__(self, title: str, there: Callable[[], None], back: Callable[[], None]) -> None:
        super().__init__(f"opening of “{title}”")
        self._there, self._back = there, back

    def undo(self) -> None:
        """Back to the run before."""
        self._back()

    def redo(self) -> None:
        """To the stored run."""
        self._there()


def _sentence(before: object, after: object) -> str:
    names = changed(before, after)
    if len(names) == 1:
        return f"change of {param_field(after, names[0]).info.label}"
    return "change of parameters"
