"""The passes that paint a large picture strip by strip: what each strip reads, and its graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realstyler.networks import openvino_graph as graph
from realstyler.openvino_runtime import openvino, ops

Size = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """What an output range of one convolution reads along one axis of its input."""

    start: int
    stop: int
    before: int
    """Padding in front of ``start``, at the end of the map only; ``after`` likewise."""
    after: int
    skip: int = 0
    """Where an upsampled map is cut: pixels ``skip…length`` are kept."""
    length: int = 0


@dataclass(frozen=True)
class Step:
    """One convolution of a pass, and how it reads along an axis."""

    weight: NDArray[np.float32]
    stride: int = 1
    upsampling: bool = False
    output: graph.Output | None = None
    """Set if this is the convolution to colours; ``weight`` is then its weight."""

    @property
    def padding(self) -> int:
        """Pixels of padding in front of a map."""
        return int(self.weight.shape[-1] - 1) // 2

    def window(self, start: int, stop: int, length: int, target: int, doubles: bool) -> Window:
        """Return what outputs ``start…stop`` of ``target`` read from an input of ``length``."""
        if not self.upsampling:
            return self._clipped(start, stop, length)
        if doubles:  # the transposed convolution reads one small pixel more at each side
            first, last = start // 2, (stop + 1) // 2
            window = _clip(first - 1, last + 1, length)
            return replace(window, skip=start - 2 * first, length=stop - 2 * first)
        doubled = self._clipped(start, stop, target)
        first, last = doubled.start // 2, (doubled.stop + 1) // 2
        skip, length = doubled.start - 2 * first, doubled.stop - 2 * first
        return Window(first, last, doubled.before, doubled.after, skip, length)

    def _clipped(self, start: int, stop: int, length: int) -> Window:
        first = start * self.stride - self.padding
        last = (stop - 1) * self.stride - self.padding + self.weight.shape[-1]
        return _clip(first, last, length)


def _clip(first: int, last: int, length: int) -> Window:
    start, stop = max(first, 0), min(last, length)
    return Window(start, stop, start - first, last - stop)


@dataclass(frozen=True)
class Normalization:
    """Normalization as one multiplication and one addition, each float32 1×C×1×1."""

    scale: NDArray[np.float32]
    shift: NDArray[np.float32]


class Statistics:
    """Mean and variance of each channel over all strips merged so far (Chan et al. 1979)."""

    def __init__(self, channels: int) -> None:
        self.strip_mean, self.strip_variance = np.zeros((2, 1, channels, 1, 1), np.float32)
        """1×C×1×1: of the strip to be merged next."""
        self._count = 0
        self._mean, self._variance = np.zeros((2, 1, channels, 1, 1))

    def merge(self, count: int) -> None:
        """Add ``count`` values that have the mean and the (biased) variance of the strip."""
        self._count += count
        share = count / self._count
        distance = self.strip_mean - self._mean
        self._variance *= 1 - share
        self._variance += share * self.strip_variance + share * (1 - share) * distance**2
        self._mean += share * distance

    def normalization(self, arrays: graph.Arrays, name: str) -> Normalization:
        """Return what normalizes by these statistics, with the layer's scale and shift."""
        weight, bias = (
            arrays[f"{name}.{part}"].reshape(1, -1, 1, 1) for part in ("weight", "bias")
        )
        scale = weight / np.sqrt(self._variance + graph.EPSILON)
        shift = bias - self._mean * scale
        return Normalization(scale.astype(np.float32), shift.astype(np.float32))


@dataclass(frozen=True)
class Pass:
    """Some convolutions in a row, without storing what is between them."""

    steps: Sequence[Step]
    sizes: Sequence[Size]
    """Height and width of the map that is read and of what each step makes of it."""

    normalized: Sequence[bool]
    """Whether normalization and ReLU come first, for each step."""

    unshuffle: int = 1
    """Pixel unshuffle of the picture that is read."""

    keeps_values: bool = True
    """Whether the result is stored; otherwise only its statistics are."""

    @property
    def paints(self) -> bool:
        """Whether the last step makes colours."""
        return self.steps[-1].output is not None

    @property
    def channels(self) -> int:
        """Channels of the result."""
        return int(self.steps[-1].weight.shape[0])

    @property
    def largest(self) -> int:
        """Values in the largest of its maps."""
        channels = [self.steps[0].weight.shape[1], *(step.weight.shape[0] for step in self.steps)]
        pairs = zip(self.sizes, channels, strict=True)
        return max(int(height * width * count) for (height, width), count in pairs)

    @property
    def cost(self) -> float:
        """Multiplications of the whole pass."""
        areas = (height * width for height, width in self.sizes[1:])
        pairs = zip(self.steps, areas, strict=True)
        return float(sum(step.weight.size * area for step, area in pairs))

    def windows(self, axis: int, start: int, stop: int) -> list[Window]:
        """Return what each step reads along an axis for the results ``start…stop``."""
        windows: list[Window] = []
        for index in reversed(range(len(self.steps))):
            source, target = self.sizes[index], self.sizes[index + 1]
            window = self.steps[index].window(
                start, stop, source[axis], target[axis], self._doubles(index)
            )
            windows.insert(0, window)
            start, stop = window.start, window.stop
        return windows

    def inputs(
        self, rows: list[Window], columns: list[Window], norms: Sequence[Normalization | None]
    ) -> dict[str, NDArray[Any]]:
        """Return the arrays that tell the graph where its strip lies and how to normalize."""
        arrays: dict[str, NDArray[Any]] = {}
        for index, (row, column, norm) in enumerate(zip(rows, columns, norms, strict=True)):
            arrays[f"{index}.begin"] = np.array([0, 0, row.before, column.before], np.int64)
            arrays[f"{index}.end"] = np.array([0, 0, row.after, column.after], np.int64)
            if self._is_cut(index):
                arrays[f"{index}.skip"] = np.array([row.skip, column.skip], np.int64)
                arrays[f"{index}.stop"] = np.array([row.length, column.length], np.int64)
            if norm is not None:
                arrays[f"{index}.scale"], arrays[f"{index}.shift"] = norm.scale, norm.shift
        return arrays

    def _is_cut(self, index: int) -> bool:
        """Whether an upsampled strip holds a row or column too many, before or after it."""
        if not self.steps[index].upsampling:
            return False
        begins_odd = any(step.stride == 1 for step in self.steps[index + 1 :])
        return begins_odd or not self._doubles(index)

    def _doubles(self, index: int) -> bool:
        """Whether upsampling cuts nothing off the whole map, so that it is a transposed one."""
        source, target = self.sizes[index], self.sizes[index + 1]
        return target == (2 * source[0], 2 * source[1])

    def model(self, reads_picture: bool) -> Any:
        """Build the ``openvino.Model`` of this pass for strips of any height and width."""
        parameters: list[Any] = []

        def make(name: str, kind: type, shape: list[int]) -> Any:
            parameters.append(graph.parameter(name, kind, shape))
            return parameters[-1]

        if reads_picture:
            picture = make("strip", np.uint8, [1, -1, -1, 3])
            mean = make("mean colour", np.float32, [1, 3, 1, 1])
            features = graph.pixels_to_features(picture, mean)
            if self.unshuffle > 1:
                features = ops.space_to_depth(features, "depth_first", self.unshuffle)
        else:
            channels = self.steps[0].weight.shape[1]
            stored = make("strip", np.float16, [1, -1, -1, channels])
            features = ops.transpose(ops.convert(stored, np.float32), graph.integers(0, 3, 1, 2))
        for index in range(len(self.steps)):
            features = self._step(features, index, make)
        return openvino.Model(self._results(features), parameters, "strip")

    def _step(self, features: Any, index: int, make: Callable[..., Any]) -> Any:
        step = self.steps[index]
        if self.normalized[index]:
            shape = [1, step.weight.shape[1], 1, 1]
            scale, shift = (
                make(f"{index}.{name}", np.float32, shape) for name in ("scale", "shift")
            )
            features = ops.relu(graph.scale_and_shift(features, scale, shift))
        begin, end = (make(f"{index}.{name}", np.int64, [4]) for name in ("begin", "end"))
        if step.output is not None:
            return graph.paint(features, step.output, (begin, end))
        if step.upsampling:
            return self._upsample(features, index, (begin, end), make)
        return graph.convolution(features, step.weight, (begin, end), step.stride)

    def _upsample(
        self, features: Any, index: int, border: graph.Borders, make: Callable[..., Any]
    ) -> Any:
        weight, doubles = self.steps[index].weight, self._doubles(index)
        if doubles:
            features = graph.upsampling_convolution(features, weight, border)
        else:
            twice = ops.multiply(graph.spatial_size(features), graph.integers(2, 2))
            features = graph.nearest(features, twice)
        if self._is_cut(index):
            cut = (make(f"{index}.{name}", np.int64, [2]) for name in ("skip", "stop"))
            features = ops.slice(features, *cut, graph.integers(1, 1), graph.integers(2, 3))
        return features if doubles else graph.convolution(features, weight, border)

    def _results(self, features: Any) -> list[Any]:
        if self.paints:
            return [ops.result(features)]
        axes = graph.integers(2, 3)
        mean = ops.reduce_mean(features, axes, True)
        distance = ops.subtract(features, mean)
        variance = ops.reduce_mean(ops.multiply(distance, distance), axes, True)
        results = [ops.result(mean), ops.result(variance)]
        if self.keeps_values:
            values = ops.transpose(ops.convert(features, np.float16), graph.integers(0, 2, 3, 1))
            results.append(ops.result(values))
        return results
