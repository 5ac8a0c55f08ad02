"""Large pictures in bounded memory, with the normalization statistics of the whole picture.

Instance normalization needs the mean and the variance of a whole feature map before any of its
values can be used. So the network is cut into passes, each ending where statistics are needed, and
each pass goes over the picture in horizontal strips with as many extra rows as its kernels reach.
Feature maps at full resolution are never stored: a first pass gathers their statistics and a later
one computes them again, normalizes them and goes on. Maps at half and quarter resolution (of a
`LiveNet` without refinement only those at a quarter) are stored as 16-bit floats.

The result is that of the direct path up to floating-point rounding: no seam, no local statistics.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from realstyler.engine.cancellation import Cancellation
from realstyler.engine.pictures import Pixels
from realstyler.networks import openvino_graph as graph
from realstyler.networks.architecture import LiveNetwork, TransformNetwork
from realstyler.networks.passes import Normalization, Pass, Size, Statistics, Step
from realstyler.openvino_runtime import openvino, ops

Map = NDArray[np.float16]
"""h×w×C: a stored feature map."""

Arrays = dict[int, NDArray[Any]]
Plan = dict[str, Pass]
"""The passes by the names of their layers, in the order of painting."""

Progress = Callable[[float], None]

STRIP_VALUES = 2**24
"""Size of the largest feature map of one strip, about; 64 MB as float32."""

_UNIT = 4
"""Strips begin at multiples of this, so that doubled rows are never torn apart."""


class Program(Protocol):
    """A compiled graph."""

    def run(
        self,
        inputs: dict[str, NDArray[Any]],
        outputs: Arrays,
        cancellation: Cancellation | None = None,
    ) -> None:
        """Compute from named arrays into numbered ones."""


@dataclass
class StripPainter:
    """Paints one picture; make a new one for each."""

    architecture: TransformNetwork | LiveNetwork
    arrays: graph.Arrays
    """Parameters as float32."""

    compile: Callable[[Any], Program]
    cancellation: Cancellation
    progress: Progress
    strip_values: int = field(default_factory=lambda: STRIP_VALUES)
    _done: float = field(default=0.0, init=False)
    _total: float = field(default=1.0, init=False)

    def paint(self, picture: Pixels, painted: Pixels) -> None:
        """Stylize H×W×3 into ``painted`` of the same shape, which may not share its memory.

        A `LiveNetwork` needs sides that are multiples of 4.

        Raises:
            Cancelled: a stop was requested; ``painted`` then holds anything.
        """
        whole, architecture = (picture.shape[0], picture.shape[1]), self.architecture
        if isinstance(architecture, TransformNetwork):
            plan, paint = self._full_plan(whole, architecture), self._paint_full
        elif architecture.refinement_blocks:
            plan, paint = self._refined_plan(whole, architecture), self._paint_refined
        else:
            plan, paint = self._live_plan(whole, architecture), self._paint_live
        self._total = sum(section.cost for section in plan.values())
        paint(plan, picture, painted)

    def _full_plan(self, whole: Size, architecture: TransformNetwork) -> Plan:
        half = _halved(whole)
        quarter = _halved(half)
        first, second, third = (self._step(f"encoder.{n}", (1, 2, 2)[n]) for n in range(3))
        coarse, fine = (self._step(f"decoder.{n}", upsampling=True) for n in range(2))
        colours = _colours(graph.paired_output(self.arrays))
        plan = {
            "encoder.0": Pass([first], [whole, whole], [False], keeps_values=False),
            "encoder.1": Pass([first, second], [whole, whole, half], [False, True]),
            "encoder.2": Pass([third], [half, quarter], [True]),
        }
        plan |= self._residual_plan("residual", architecture.blocks, quarter)
        plan["decoder.0"] = Pass([coarse], [quarter, half], [False])
        plan["decoder.1"] = Pass([fine], [half, whole], [True], keeps_values=False)
        plan["output"] = Pass([fine, colours], [half, whole, half], [True, True])
        return plan

    def _paint_full(self, plan: Plan, picture: Pixels, painted: Pixels) -> None:
        _, norm = self._measure(plan, "encoder.0", picture)
        raw, norm = self._measure(plan, "encoder.1", picture, None, norm)
        raw, norm = self._measure(plan, "encoder.2", raw, norm)
        body = self._body(plan, raw, norm)
        raw, norm = self._measure(plan, "decoder.0", body)
        del body  # each map is hundreds of megabytes at 48 megapixels
        _, last = self._measure(plan, "decoder.1", raw, norm)
        self._finish(plan["output"], raw, [norm, last], painted)

    def _live_plan(self, whole: Size, architecture: LiveNetwork) -> Plan:
        half, quarter = _divided(whole, 2), _divided(whole, 4)
        head = self._step("head", upsampling=True)
        plan = self._live_body_plan(quarter, architecture)
        plan["head"] = Pass([head], [quarter, half], [False], keeps_values=False)
        colours = _colours(graph.live_output(self.arrays))
        plan["output"] = Pass([head, colours], [quarter, half, half], [False, True])
        return plan

    def _paint_live(self, plan: Plan, picture: Pixels, painted: Pixels) -> None:
        body = self._body(plan, *self._measure(plan, "stem", picture))
        _, norm = self._measure(plan, "head", body)
        self._finish(plan["output"], body, [None, norm], painted)

    def _refined_plan(self, whole: Size, architecture: LiveNetwork) -> Plan:
        half, quarter = _divided(whole, 2), _divided(whole, 4)
        plan = self._live_body_plan(quarter, architecture)
        plan["head"] = Pass([self._step("head", upsampling=True)], [quarter, half], [False])
        detail = self._step("refinement.detail")
        plan["refinement.detail"] = Pass([detail], [half, half], [False], unshuffle=2)
        plan |= self._residual_plan("refinement.blocks", architecture.refinement_blocks, half)
        colours = _colours(graph.live_output(self.arrays))
        plan["output"] = Pass([colours], [half, half], [False])
        return plan

    def _paint_refined(self, plan: Plan, picture: Pixels, painted: Pixels) -> None:
        body = self._body(plan, *self._measure(plan, "stem", picture))
        features, norm = self._measure(plan, "head", body)
        del body
        self._update(features, norm)
        detail, norm = self._measure(plan, "refinement.detail", picture)
        self._update(features, norm, detail)
        del detail
        self._add_blocks(plan, "refinement.blocks", features)
        self._finish(plan["output"], features, [None], painted)

    def _live_body_plan(self, size: Size, architecture: LiveNetwork) -> Plan:
        stem = Pass([self._step("stem")], [size, size], [False], unshuffle=4)
        return {"stem": stem, **self._residual_plan("residual", architecture.blocks, size)}

    def _residual_plan(self, blocks: str, number: int, size: Size) -> Plan:
        plan = {}
        for block in range(number):
            for layer, normalized in (("first", False), ("second", True)):
                name = f"{blocks}.{block}.{layer}"
                plan[name] = Pass([self._step(name)], [size, size], [normalized])
        return plan

    def _body(self, plan: Plan, raw: Map, norm: Normalization) -> Map:
        """Return the sum of the residual blocks in ``raw``, h×w×C."""
        self._update(raw, norm)
        self._add_blocks(plan, "residual", raw)
        return raw

    def _add_blocks(self, plan: Plan, blocks: str, body: Map) -> None:
        """Add the plan's blocks of that name to h×w×C; two more such maps are in use."""
        layers = [layer for layer in plan if layer.startswith(f"{blocks}.")]
        for first, second in zip(layers[::2], layers[1::2], strict=True):
            branch, norm = self._measure(plan, first, body)
            branch, norm = self._measure(plan, second, branch, norm)
            self._update(body, norm, branch)

    def _step(self, layer: str, stride: int = 1, *, upsampling: bool = False) -> Step:
        return Step(self.arrays[f"{layer}.conv.weight"], stride, upsampling)

    def _measure(
        self, plan: Plan, layer: str, source: Pixels | Map, *norms: Normalization | None
    ) -> tuple[Map, Normalization]:
        """Run a layer's pass: return its values, if it keeps them, and how to normalize them."""
        section = plan[layer]
        kept = section.sizes[-1] if section.keeps_values else (0, 0)
        values = np.empty((*kept, section.channels), np.float16)
        statistics = Statistics(section.channels)
        for strip in self._strips(section, source, norms or (None,)):
            outputs: Arrays = {0: statistics.strip_mean, 1: statistics.strip_variance}
            if section.keeps_values:
                outputs[2] = values[None, strip.start : strip.stop]
            strip.compute(outputs)
            statistics.merge((strip.stop - strip.start) * section.sizes[-1][1])
        return values, statistics.normalization(self.arrays, f"{layer}.norm")

    def _finish(
        self, section: Pass, source: Map, norms: list[Normalization | None], painted: Pixels
    ) -> None:
        """Run the last pass; each row of its result is two rows of the picture."""
        width = 2 * section.sizes[-1][1]
        for strip in self._strips(section, source, norms):
            colours = np.empty((1, 2 * (strip.stop - strip.start), width, 3), np.uint8)
            strip.compute({0: colours})
            rows = painted[2 * strip.start : 2 * strip.stop]
            rows[:] = colours[0, : rows.shape[0], : rows.shape[1]]

    def _strips(
        self, section: Pass, source: Pixels | Map, norms: Sequence[Normalization | None]
    ) -> Iterator[_Strip]:
        reads_picture = source.dtype == np.uint8
        program = self.compile(section.model(reads_picture))
        # Every strip subtracts the same colour, so that statistics of strips can be merged.
        common = {"mean colour": graph.mean_colour(source)} if reads_picture else {}
        height, width = section.sizes[-1]
        columns = section.windows(1, 0, width)
        for start, stop in self._ranges(section):
            rows = section.windows(0, start, stop)
            first, last = (section.unshuffle * row for row in (rows[0].start, rows[0].stop))
            inputs = {**section.inputs(rows, columns, norms), **common}
            inputs["strip"] = source[None, first:last]
            yield _Strip(start, stop, functools.partial(self._run, program, inputs))
            self._done += section.cost * (stop - start) / height
            self.progress(min(self._done / self._total, 1.0))

    def _run(self, program: Program, inputs: dict[str, NDArray[Any]], outputs: Arrays) -> None:
        self.cancellation.check()
        program.run(inputs, outputs, self.cancellation)

    def _ranges(self, section: Pass) -> Iterator[tuple[int, int]]:
        """Cut the rows of a pass's result; the last range takes what is too little for one more."""
        height = section.sizes[-1][0]
        rows = max(self.strip_values * height // section.largest // _UNIT, 1) * _UNIT
        starts = range(0, max(height - rows, 0) + 1, rows)
        for start in starts:
            yield start, height if start == starts[-1] else start + rows

    def _update(self, body: Map, norm: Normalization, branch: Map | None = None) -> None:
        """Add the normalized branch to h×w×C; without one, normalize the body itself and ReLU."""
        channels = body.shape[-1]
        program = self.compile(_update_model(channels, adds=branch is not None))
        maps = {"body": body.reshape(-1, channels)}
        if branch is not None:
            maps["branch"] = branch.reshape(-1, channels)
        norms = {"scale": norm.scale.reshape(1, -1), "shift": norm.shift.reshape(1, -1)}
        rows = max(self.strip_values // channels, 1)
        for start in range(0, len(maps["body"]), rows):
            part = {name: values[start : start + rows] for name, values in maps.items()}
            inputs: dict[str, NDArray[Any]] = {**part, **norms}
            updated = np.empty_like(part["body"])
            self._run(program, inputs, {0: updated})
            part["body"][:] = updated


@dataclass(frozen=True)
class _Strip:
    """Rows ``start…stop`` of a pass's result, and what computes them into numbered outputs."""

    start: int
    stop: int
    compute: Callable[[Arrays], None]


def _update_model(channels: int, *, adds: bool) -> Any:
    """Build body + normalization(branch), or ReLU(normalization(body)), for N×C float16."""
    names = ("body", "branch") if adds else ("body",)
    maps = [graph.parameter(name, np.float16, [-1, channels]) for name in names]
    norms = [graph.parameter(name, np.float32, [1, channels]) for name in ("scale", "shift")]
    floats = [ops.convert(node, np.float32) for node in maps]
    normalized = graph.scale_and_shift(floats[-1], *norms)
    updated = ops.add(floats[0], normalized) if adds else ops.relu(normalized)
    result = ops.result(ops.convert(updated, np.float16))
    return openvino.Model([result], [*maps, *norms], "update")


def _colours(output: graph.Output) -> Step:
    return Step(output.weight, output.stride, output=output)


def _divided(size: Size, divisor: int) -> Size:
    return size[0] // divisor, size[1] // divisor


def _halved(size: Size) -> Size:
    return -(-size[0] // 2), -(-size[1] // 2)
