"""Runs a picture through one or several networks and applies the controls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from realstyler.engine import tones
from realstyler.engine.cancellation import Cancellation
from realstyler.engine.controls import Controls
from realstyler.engine.painter import Painter, Progress
from realstyler.engine.pictures import Pixels, grow_into, scaled_size


class Buffers:
    """Picture buffers, reused by purpose."""

    def __init__(self) -> None:
        self._pictures: dict[str, Pixels] = {}

    def get(self, purpose: str, height: int, width: int) -> Pixels:
        """Return an uninitialized uint8 height×width×3 buffer, reused if its size is the same."""
        picture = self._pictures.get(purpose)
        if picture is None or picture.shape[:2] != (height, width):
            picture = self._pictures[purpose] = np.empty((height, width, 3), np.uint8)
        return picture


@dataclass(frozen=True)
class Composition:
    """Networks and their shares in the painting."""

    painters: Sequence[Painter]
    shares: Sequence[float]
    find_reviser: Callable[[], Painter | None] = lambda: None
    """Returns the painter that adds fine detail above the working resolution, if any."""

    def paint(
        self,
        photo: Pixels,
        result: Pixels,
        controls: Controls,
        buffers: Buffers,
        cancel: Cancellation | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Stylize ``photo`` into ``result``, both H×W×3, without shared memory."""
        if controls.strength == 0:
            result[:] = photo
            if progress is not None:
                progress(1.0)
            return
        working = _scaled(photo, controls.working_side(photo.shape[0], photo.shape[1]))
        alone = len(self.painters) == 1
        unmixed = alone and controls.strength == 1 and not controls.keep_colors
        if unmixed and working is photo:
            _paint(self.painters[0], photo, result, buffers, cancel, progress)
            return
        drafting, revising = _halved(progress) if working is not photo else (progress, None)
        paintings, shares = self._paint_all(working, buffers, cancel, drafting), self.shares
        if working is not photo:
            painting = paintings[0] if alone else self._blended(working, paintings)
            brought = self._brought_back(painting, working, photo, cancel, revising)
            paintings, shares = [brought], (1.0,)
        if unmixed:
            result[:] = paintings[0]
            return
        from realstyler.engine import blending

        strength, keep_colors = controls.strength, controls.keep_colors
        blending.mix(photo, paintings, shares, result, strength=strength, keep_colors=keep_colors)

    def _brought_back(
        self,
        painting: Pixels,
        working: Pixels,
        photo: Pixels,
        cancel: Cancellation | None,
        progress: Progress | None,
    ) -> Pixels:
        """Scale a painting from the working resolution to the photograph's size."""
        from realstyler.engine import detail_transfer, revision

        brought = detail_transfer.bring_back(painting, working, photo)
        reviser = self.find_reviser() if revision.is_worthwhile(painting, photo) else None
        if reviser is None:
            if progress:
                progress(1.0)
            return brought
        revised = np.empty_like(brought)
        _paint(reviser, brought, revised, Buffers(), cancel, progress)
        return revision.refine(painting, revised)

    def _blended(self, working: Pixels, paintings: list[Pixels]) -> Pixels:
        from realstyler.engine import blending

        blended = np.empty_like(working)
        blending.mix(working, paintings, self.shares, blended)
        return blended

    def _paint_all(
        self,
        working: Pixels,
        buffers: Buffers,
        cancel: Cancellation | None,
        progress: Progress | None,
    ) -> list[Pixels]:
        paintings = []
        for index, painter in enumerate(self.painters):
            painted = buffers.get(f"painted {index}", working.shape[0], working.shape[1])
            _paint(painter, working, painted, buffers, cancel, self._share_of(index, progress))
            paintings.append(painted)
        return paintings

    def _share_of(self, index: int, progress: Progress | None) -> Progress | None:
        """Report the progress of one network as a share of all networks' progress."""
        if progress is None:
            return None
        count = len(self.painters)
        return lambda done: progress((index + done) / count)


def _halved(progress: Progress | None) -> tuple[Progress | None, Progress | None]:
    """Report painting at the working resolution and the revision as halves of the progress.

    The revision paints more pixels with a smaller network. With the full network on a CPU the first
    half took 53 % of the time at 2.7 megapixels, and 28 % at 12.
    """
    if progress is None:
        return None, None
    return (lambda done: progress(done / 2)), (lambda done: progress(0.5 + done / 2))


def _paint(
    painter: Painter,
    photo: Pixels,
    painted: Pixels,
    buffers: Buffers,
    cancel: Cancellation | None,
    progress: Progress | None,
) -> None:
    """Paint with one network."""
    height, width = photo.shape[:2]
    size = painter.grown_size(height, width)
    if size == (height, width):
        painter.paint(photo, painted, cancel, progress)
        tones.weigh(painter, photo, painted)
        return
    grown, grown_painted = (buffers.get(name, *size) for name in ("grown", "grown painted"))
    grow_into(photo, grown)
    painter.paint(grown, grown_painted, cancel, progress)
    painted[:] = grown_painted[:height, :width]
    tones.weigh(painter, photo, painted)


def _scaled(photo: Pixels, longer_side: int) -> Pixels:
    """Scale a picture down to its working resolution."""
    size = scaled_size(photo.shape[0], photo.shape[1], longer_side)
    if size == photo.shape[:2]:
        return photo
    from realstyler.engine import detail_transfer

    return detail_transfer.scale(photo, size)
