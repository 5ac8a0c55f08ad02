"""Undo: each parameter change is a step; one gesture is a single step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from realstyler_gui.shared.parameters import Parameters


class ParametersChange(QUndoCommand):
    """A change of the parameters; changes within one gesture are merged."""

    def __init__(
        self,
        apply: Callable[[Parameters], None],
        before: Parameters,
        after: Parameters,
        what: str,
        gesture: int,
    ) -> None:
        super().__init__(what)
        self._apply, self._before, self._after = apply, before, after
        self._gesture = gesture

    def id(self) -> int:
        """Return the merge id; commands with the same id are merged, -1 never."""
        return self._gesture or -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 - Qt's name
        """Merge a later change of the same gesture."""
        if not isinstance(other, ParametersChange):
            return False
        self._after = other._after  # noqa: SLF001 - of the same class
        return True

    def undo(self) -> None:
        """Restore the parameters before the change."""
        self._apply(self._before)

    def redo(self) -> None:
        """Apply the parameters after the change."""
        self._apply(self._after)
