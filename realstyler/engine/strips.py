"""Large pictures in bounded memory, normalized with the statistics of the whole picture.

Instance normalization needs mean and variance of a whole feature map before any of its values can
be used. So the network is split into passes that end where statistics are needed. Each pass
processes the picture in horizontal strips, with as many extra rows as its kernels reach.
Full-resolution feature maps are never stored: a first pass collects their statistics and a later
one recomputes and normalizes them. Other maps are stored as 16-bit floats.

The result equals the direct path's up to rounding: no seams, no local statistics.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realstyler.engine.cancellation import Cancellation
from realstyler.engine.compiled_model import CompiledModel
from realstyler.engine.pictures import Pixels
from realstyler.networks import openvino_graph as graph
from realstyler.networks.layers import PICTURE, UNIT, Layer, Layers, used_by
from realstyler.networks.passes import Normalization, Pass, Statistics, plan
from realstyler.openvino_runtime import openvino, ops

Map = NDArray[np.float16]
"""h×w×C: a stored feature map."""

Arrays = dict[int, NDArray[Any]]
Progress = Callable[[float], None]

STRIP_VALUES = 2**24
"""Approximate size of a strip's largest feature map; 64 MB as float32."""


@dataclass
class StripPainter:
    """Paints one picture; create a new one for each."""

    layers: Layers
    arrays: graph.Arrays
    """Parameters as float32."""

    compile: Callable[[Any], CompiledModel]
    cancellation: Cancellation
    progress: Progress
    strip_values: int = field(default_factory=lambda: STRIP_VALUES)
    _done: float = field(default=0.0, init=False)
    _total: float = field(default=1.0, init=False)
    _norms: dict[str, Normalization] = field(default_factory=dict, init=False)
    """By names of layers whose statistics are known."""

    def paint(self, picture: Pixels, painted: Pixels) -> None:
        """Stylize H×W×3 into ``painted`` of the same shape, without shared memory.

        Sides must be valid for the network, see `networks.layers.multiple`.

        Raises:
            Cancelled: cancellation was requested; ``painted`` is then undefined.
        """
        passes = plan(self.layers, self.arrays, (picture.shape[0], picture.shape[1]))
        self._total = sum(section.cost for section in passes)
        maps: dict[str, Map] = {}
        for index, section in enumerate(passes):
            source = picture if section.source == PICTURE else maps[section.source]
            if section.paints:
                self._finish(section, source, painted)
            else:
                self._compute(section, source, maps)
            del source
            _let_go(maps, passes[index + 1 :])

    def _compute(self, section: Pass, source: Pixels | Map, maps: dict[str, Map]) -> None:
        """Compute a layer; store its map in ``maps`` if needed, and record its normalization."""
        layer = section.layer
        values, norm = self._measure(section, source)
        if section.settles:
            values = self._settle(layer, values, norm, maps)
        if section.keeps_values:
            maps[layer.name] = values
        self._norms[layer.name] = norm

    def _settle(self, layer: Layer, values: Map, norm: Normalization, maps: dict[str, Map]) -> Map:
        """Normalize a map or add it to another, in place unless that one is needed later."""
        if not layer.adds:
            self._update(layer, values, norm)
            return values
        body = maps[layer.adds]
        if layer.adds in used_by(self.layers[self.layers.index(layer) + 1 :]):
            body = body.copy()
        self._update(layer, body, norm, values)
        return body

    def _measure(self, section: Pass, source: Pixels | Map) -> tuple[Map, Normalization]:
        """Run a pass: return its values, if stored, and their normalization."""
        kept = section.sizes[-1] if section.keeps_values else (0, 0)
        values = np.empty((*kept, section.channels), np.float16)
        statistics = Statistics(section.channels)
        for strip in self._strips(section, source):
            outputs: Arrays = {0: statistics.strip_mean, 1: statistics.strip_variance}
            if section.keeps_values:
                outputs[2] = values[None, strip.start : strip.stop]
            strip.compute(outputs)
            statistics.merge((strip.stop - strip.start) * section.sizes[-1][1])
        return values, statistics.normalization(self.arrays, f"{section.layer.name}.norm")

    def _finish(self, section: Pass, source: Pixels | Map, painted: Pixels) -> None:
        """Run the last pass; each row of its result is ``scale`` rows of the picture."""
        scale = section.scale
        width = scale * section.sizes[-1][1]
        for strip in self._strips(section, source):
            colours = np.empty((1, scale * (strip.stop - strip.start), width, 3), np.uint8)
            strip.compute({0: colours})
            rows = painted[scale * strip.start : scale * strip.stop]
            rows[:] = colours[0, : rows.shape[0], : rows.shape[1]]

    def _strips(self, section: Pass, source: Pixels | Map) -> Iterator[_Strip]:
        model = self.compile(section.model())
        # All strips subtract the same colour, so that their statistics can be merged.
        reads_picture = section.source == PICTURE
        common = {"mean colour": graph.mean_colour(source)} if reads_picture else {}
        height, width = section.sizes[-1]
        columns = section.windows(1, 0, width)
        for start, stop in self._ranges(section):
            rows = section.windows(0, start, stop)
            first, last = (section.unshuffle * row for row in (rows[0].start, rows[0].stop))
            inputs = {**section.inputs(rows, columns, self._norms), **common}
            inputs["strip"] = source[None, first:last]
            yield _Strip(start, stop, functools.partial(self._run, model, inputs))
            self._done += section.cost * (stop - start) / height
            self.progress(min(self._done / self._total, 1.0))

    def _run(self, model: CompiledModel, inputs: dict[str, NDArray[Any]], outputs: Arrays) -> None:
        self.cancellation.check()
        model.run(inputs, outputs, self.cancellation)

    def _ranges(self, section: Pass) -> Iterator[tuple[int, int]]:
        """Split the rows of a pass's result into ranges; the last one takes the remainder.

        Ranges start at multiples of `UNIT`, so that upsampled row pairs are never split.
        """
        height = section.sizes[-1][0]
        rows = max(self.strip_values * height // section.largest // UNIT, 1) * UNIT
        starts = range(0, max(height - rows, 0) + 1, rows)
        for start in starts:
            yield start, height if start == starts[-1] else start + rows

    def _update(
        self, layer: Layer, body: Map, norm: Normalization, branch: Map | None = None
    ) -> None:
        """Add the normalized branch to h×w×C; without a branch, normalize the body itself."""
        channels = body.shape[-1]
        model = self.compile(_update_model(layer, adds=branch is not None))
        maps = {"body": body.reshape(-1, channels)}
        if branch is not None:
            maps["branch"] = branch.reshape(-1, channels)
        norms = {"scale": norm.scale.reshape(1, -1), "shift": norm.shift.reshape(1, -1)}
        rows = max(self.strip_values // channels, 1)
        for start in range(0, len(maps["body"]), rows):
            part = {name: values[start : start + rows] for name, values in maps.items()}
            inputs: dict[str, NDArray[Any]] = {**part, **norms}
            updated = np.empty_like(part["body"])
            self._run(model, inputs, {0: updated})
            part["body"][:] = updated


@dataclass(frozen=True)
class _Strip:
    """Rows ``start…stop`` of a pass's result, and the model that computes them."""

    start: int
    stop: int
    compute: Callable[[Arrays], None]


def _update_model(layer: Layer, *, adds: bool) -> Any:
    """Build body + the tail of the branch, or the tail of the body, for N×C float16.

    The tail is the normalization and, if the layer has one, the ReLU.
    """
    shape = [-1, layer.outputs]
    names = ("body", "branch") if adds else ("body",)
    maps = [graph.parameter(name, np.float16, shape) for name in names]
    norms = [graph.parameter(name, np.float32, [1, shape[1]]) for name in ("scale", "shift")]
    floats = [ops.convert(node, np.float32) for node in maps]
    updated = graph.scale_and_shift(floats[-1], *norms)
    updated = ops.relu(updated) if layer.relu else updated
    updated = ops.add(floats[0], updated) if adds else updated
    result = ops.result(ops.convert(updated, np.float16))
    return openvino.Model([result], [*maps, *norms], "update")


def _let_go(maps: dict[str, Map], later: Sequence[Pass]) -> None:
    """Drop maps that no later pass uses: each takes hundreds of megabytes at 48 megapixels."""
    used = {name for section in later for name in (section.source, section.layer.adds)}
    for name in maps.keys() - used:
        del maps[name]
