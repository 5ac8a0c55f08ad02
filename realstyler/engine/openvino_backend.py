"""Backend for CPUs and Intel GPUs: OpenVINO, without torch."""

from __future__ import annotations

import threading
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from realstyler import networks
from realstyler.engine import cache
from realstyler.engine.cancellation import Cancellation
from realstyler.engine.compiled_model import CompiledModel, compile_cached, compile_model, settings
from realstyler.engine.painter import Progress
from realstyler.engine.pictures import Pixels
from realstyler.engine.weights_source import WeightsSource
from realstyler.errors import UsageError
from realstyler.networks.layers import MINIMUM_SIDE, UNIT, Layers, grown_side, multiple
from realstyler.openvino_runtime import core

DIRECT_BYTES = 2 * 10**9
"""Memory limit for feature maps of the direct path; larger pictures are painted in strips.

Strips take up to three times as long, since full-resolution maps are computed twice and stored ones
are converted; within this limit, bfloat16 paints 12 megapixels directly.
"""

_SURELY_DIRECT_PIXELS = 2_000_000

_CODE = [
    Path(networks.__file__).with_name(f"{name}.py")
    for name in ("layers", "architecture", "openvino_graph")
]
"""The code that determines how a graph is built from weights."""


class OpenVINOPainter:
    """A network for a CPU or an Intel GPU, compiled on first use.

    Weights are read only if the compiled model is not cached, or if a picture's size requires it.
    """

    def __init__(
        self,
        source: WeightsSource,
        device: str,
        precision: str,
        threads: int | None,
        streams: int = 1,
    ) -> None:
        if device == "gpu" and not any(name.startswith("GPU") for name in core.available_devices):
            raise UsageError(code="no-intel-gpu")
        self._source = source
        self._device = device.upper()
        self._precision, self._threads = precision, threads
        self._settings = settings(precision, threads, streams)
        self._models: dict[bool, CompiledModel] = {}
        self._lock = threading.Lock()

    def load(self) -> None:
        """Compile the variant for even sides, or load it from the cache."""
        self._model(even=True)

    def grown_size(self, height: int, width: int) -> tuple[int, int]:
        """Return sides that satisfy the network's minimum and multiples."""
        if _is_even(height, width) and min(height, width) >= MINIMUM_SIDE:
            return height, width  # avoids reading the weights
        unit = multiple(self._layers)
        return grown_side(height, unit), grown_side(width, unit)

    def paint(
        self,
        picture: Pixels,
        painted: Pixels,
        cancellation: Cancellation | None = None,
        progress: Progress | None = None,
    ) -> None:
        """See `Painter.paint`; large pictures are painted in strips."""
        height, width = picture.shape[:2]
        if self._precision == "auto" and _is_flat(picture):
            self._paint_flat(picture, painted)
        elif not self._is_direct(height * width):
            self._paint_strips(picture, painted, cancellation, progress)
        else:
            model = self._model(_is_even(height, width))
            model.run({"picture": picture[None]}, {0: painted[None]}, cancellation)
        if progress is not None:
            progress(1.0)

    def _is_direct(self, pixels: int) -> bool:
        if pixels <= min(_SURELY_DIRECT_PIXELS, DIRECT_BYTES // 1000):
            return True  # avoids reading the weights
        values = pixels * self._source.load().metadata.architecture.values_per_pixel
        return bool(values * self._model(even=True).bytes_per_value <= DIRECT_BYTES)

    def _paint_flat(self, picture: Pixels, painted: Pixels) -> None:
        """Paint a uniform picture exactly: the result is the mean colour of its painting.

        Normalization would divide by a variance of nearly zero and amplify 16-bit rounding errors
        to a visible pattern, e.g. in a film's black frames.
        """
        exact = OpenVINOPainter(self._source, self._device.lower(), "float32", self._threads)
        side = MINIMUM_SIDE
        one, other = np.empty((2, side, side, 3), np.uint8)
        one[:] = picture[0, 0]
        exact.paint(one, other)
        painted[:] = other.mean((0, 1)).round()

    def _model(self, even: bool) -> CompiledModel:
        with self._lock:
            if even not in self._models:
                self._models[even] = self._compiled(even)
            return self._models[even]

    def _compiled(self, even: bool) -> CompiledModel:
        if not self._source.recurs:
            return compile_model(self._build(even), self._device, self._settings)
        identity = ("network", *map(cache.stamp, _CODE), self._source.digest, even)
        build = partial(self._build, even)
        return compile_cached(identity, build, self._device, self._settings)

    def _build(self, even: bool) -> Any:
        from realstyler.networks import openvino_graph as graph

        return graph.build(self._layers, self._source.load().arrays, even=even)

    @cached_property
    def _layers(self) -> Layers:
        return self._source.load().metadata.architecture.layers()

    def _paint_strips(
        self,
        picture: Pixels,
        painted: Pixels,
        cancellation: Cancellation | None,
        progress: Progress | None,
    ) -> None:
        from realstyler.engine.strips import StripPainter

        weights = self._source.load()
        StripPainter(
            self._layers,
            {name: array.astype(np.float32) for name, array in weights.arrays.items()},
            partial(compile_model, device=self._device, properties=self._settings),
            cancellation or Cancellation(),
            progress or _ignore,
        ).paint(picture, painted)


def _is_even(height: int, width: int) -> bool:
    return height % UNIT == 0 and width % UNIT == 0


def _is_flat(picture: Pixels) -> bool:
    first = picture[0, 0]
    return bool((picture[-1, -1] == first).all() and (picture == first).all())


def _ignore(_: float) -> None:
    return
