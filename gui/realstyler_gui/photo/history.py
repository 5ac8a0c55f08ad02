"""Undo: every change of the parameters, one step a gesture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from realstyler_gui.shared.parameters import Parameters


class ParametersChange(QUndoCommand):
    """One change of the parameters; changes of one gesture become one step."""

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
        """Changes with the same number are merged; -1 never is."""
        return self._gesture or -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 - Qt's name
        """Take a later change of the same gesture in."""
        if not isinstance(other, ParametersChange):
            return False
        self._after = other._after  # noqa: SLF001 - of the same class
        return True

    def undo(self) -> None:
        """Go back."""
        self._apply(self._before)

    def redo(self) -> None:
        """Go forward."""
        self._apply(self._after)
