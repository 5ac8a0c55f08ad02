"""Flicker suppression: what stands still in the video stands still in the painting.

A network paints every frame anew, so that camera noise, amplified, makes strokes boil. The painting
is carried from frame to frame where the video does not move, and along with it where it moves as
a whole; it is forgotten where the scene is cut.
"""

from __future__ import annotations

import numpy as np

from realstyler.engine import Cancellation, Controls, Pixels, Stylizer
from realstyler.video.scene_cuts import SceneCuts
from realstyler.video.temporal_filter import State, TemporalFilter


class Steadiness:
    """Steadies the paintings of one video, one after the other.

    Separate from the painting, so that one frame can be steadied while the next is painted.
    """

    def __init__(self) -> None:
        self._cuts, self._filter = SceneCuts(), TemporalFilter()
        self._last: Pixels | None = None

    def apply(self, photo: Pixels, painting: Pixels) -> Pixels:
        """Steady uint8 H×W×3 in place and return it; ``photo`` is what it was painted from.

        The very same photograph once more is taken to come with the same painting.
        """
        if photo is self._last:
            return painting
        self._last = photo
        if self._cuts.begins(photo):
            self._filter.reset()
        return self._filter.apply(photo, painting)

    def state(self) -> State:
        """Return all state that the next frames depend on, to continue in another process."""
        return self._cuts.state() | self._filter.state()

    def resume(self, state: State) -> None:
        """Continue from a state."""
        self._cuts.resume(state)
        self._filter.resume(state)


class SteadyStream:
    """Stylizes the frames of one video, one after the other, without flicker.

    Args:
        stylizer: the style, network and device.
        controls: strength, colours and stroke; may be replaced between frames.
        steady: false paints every frame on its own.
    """

    def __init__(
        self, stylizer: Stylizer, controls: Controls | None = None, *, steady: bool = True
    ) -> None:
        self._stream = stylizer.stream(controls or Controls())
        self._steadiness = Steadiness() if steady else None
        self._last: tuple[Pixels, Pixels] | None = None

    @property
    def controls(self) -> Controls:
        """How the painting is mixed with its photograph."""
        return self._stream.controls

    @controls.setter
    def controls(self, controls: Controls) -> None:
        self._stream.controls = controls

    def stylize(self, frame: Pixels, *, cancel: Cancellation | None = None) -> Pixels:
        """Return the painting of uint8 H×W×3, a new array unless the frame is the very last one.

        Raises:
            Cancelled: ``cancel`` was used.
        """
        if self._last is not None and self._last[0] is frame:
            return self._last[1]
        painting = np.empty_like(frame)
        self._stream.stylize(frame, painting, cancel=cancel)
        if self._steadiness is not None:
            self._steadiness.apply(frame, painting)
        self._last = frame, painting
        return painting
