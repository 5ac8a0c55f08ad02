"""Two results of one photograph beside each other: A is pinned, B is what the controls say."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from realstyler_gui.photo.session import Session
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.images import Pyramid
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.view.layers import Pinned
from realstyler_gui.shared.view.picture_view import PictureView


class Comparison(QObject):
    """Pins the present result until it is unpinned or another photograph is opened."""

    changed = Signal(bool)
    """Whether a result is pinned."""

    def __init__(self, context: Context, session: Session, view: PictureView) -> None:
        super().__init__(view)
        self._context, self._session, self._view = context, session, view
        self._latest: Pyramid | None = None
        self.parameters: Parameters | None = None
        """Those of the pinned result, if there is one."""
        session.painting_changed.connect(self._remember)
        session.parameters_changed.connect(lambda _: self._caption())
        session.opened.connect(lambda _: self.unpin())

    def toggle(self) -> None:
        """Pin the present result, or unpin the one that is pinned."""
        if self.parameters is None:
            self.pin()
        else:
            self.unpin()

    def pin(self) -> bool:
        """Pin what is painted now; return whether there was something."""
        if self._latest is None:
            self._context.notifier.show(self.tr("Nothing is painted yet"))
        else:
            self._pin(self._latest, self._session.parameters)
        self.changed.emit(self.parameters is not None)
        return self._latest is not None

    def unpin(self) -> None:
        """End the comparison."""
        self.parameters = self._view.layers.pinned = None
        self._view.update()
        self.changed.emit(False)

    def swap(self) -> None:
        """Go on with the pinned result, and pin the present one instead."""
        pinned, present = self.parameters, self._session.parameters
        if pinned is None or self._latest is None:
            self._context.notifier.show(self.tr("No result is pinned"))
            return
        self._pin(self._latest, present)
        self._session.set_parameters(pinned, self.tr("Swap the results"))

    def compare_with(self, style: str) -> None:
        """Compare with another style: pin the present result, unless one is, and choose it."""
        if self.parameters is not None or self.pin():
            title = self._context.catalogue.title(style)
            self._session.set_parameters(self._session.parameters.with_style(style), title)

    def _remember(self, painted: Pyramid | None) -> None:
        self._latest = painted

    def _pin(self, painted: Pyramid, parameters: Parameters) -> None:
        self.parameters = parameters
        self._view.layers.pinned = Pinned(painted, parameters.strength)
        self._caption()

    def _caption(self) -> None:
        if self.parameters is not None:
            names = (self._name(each) for each in (self.parameters, self._session.parameters))
            self._view.layers.captions = tuple(
                f"{letter} · {name}" for letter, name in zip("AB", names, strict=True)
            )
            self._view.update()

    def _name(self, parameters: Parameters) -> str:
        titles = [self._context.catalogue.title(parameters.style)]
        if parameters.second:
            titles.append(self._context.catalogue.title(parameters.second))
        strength = "" if parameters.strength == 1 else f", {parameters.strength:.0%}"
        return " + ".join(titles) + strength
