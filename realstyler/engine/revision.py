"""Revision: paint detail finer than the working resolution instead of just enlarging.

A painting enlarged to a large photograph is soft up close. So the style's live network, which is
cheap, paints the enlarged painting again at full resolution, and only detail finer than the
working resolution is added from that. As a whole the picture stays the same; up close it has edges
and strokes. (Drafting small and revising large is the idea of LapStyle, Lin et al. 2021,
arXiv 2104.05376.)
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from realstyler.engine import blending, cache, detail_transfer
from realstyler.engine.compiled_model import CompiledModel, compile_cached, settings
from realstyler.engine.pictures import Pixels
from realstyler.networks import openvino_graph as graph
from realstyler.openvino_runtime import openvino, ops

_SMALLEST_FACTOR = 1.25
"""Enlargement above which a painting looks soft."""


def is_worthwhile(painting: Pixels, photo: Pixels) -> bool:
    """Return whether a painting, h×w×3, is enlarged enough for the photograph to look soft."""
    return bool(max(photo.shape[:2]) >= _SMALLEST_FACTOR * max(painting.shape[:2]))


def refine(painting: Pixels, revised: Pixels) -> Pixels:
    """Enlarge ``painting``, h×w×3, and add detail finer than its pixels from ``revised``, H×W×3."""
    size, small = (revised.shape[0], revised.shape[1]), (painting.shape[0], painting.shape[1])
    columns = {
        "painting": detail_transfer.scale(painting, size).reshape(-1, 3),
        "revised": revised.reshape(-1, 3),
        "coarse": detail_transfer.scale(detail_transfer.scale(revised, small), size).reshape(-1, 3),
    }
    result = np.empty_like(revised)
    blending.run_in_parts(_model(), columns, {}, result.reshape(-1, 3))
    return result


@functools.cache
def _model() -> CompiledModel:
    identity = ("revision", cache.stamp(__file__))
    return compile_cached(identity, _build, "CPU", settings("float32", None))


def _build() -> Any:
    names = ("painting", "revised", "coarse")
    inputs = [graph.parameter(name, np.uint8, [-1, 3]) for name in names]
    painting, revised, coarse = (blending.to_row(node)[0] for node in inputs)
    result = ops.add(painting, ops.subtract(revised, coarse))
    return openvino.Model([ops.result(blending.from_row([result]))], inputs, "revision")
