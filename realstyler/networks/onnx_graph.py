"""Builds ONNX graphs of the networks, layer by layer, for onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper

from realstyler.networks.layers import (
    EPSILON,
    MID_GREY,
    MINIMUM_SIDE,
    Layer,
    Layers,
    divisors,
    evaluate,
    multiple,
)

OPSET = 18

Arrays = Mapping[str, NDArray[Any]]


def build(layers: Layers, arrays: Arrays, *, any_size: bool = False) -> ModelProto:
    """Build a model uint8 1×H×W×3 ``picture`` → uint8 1×H×W×3.

    Without ``any_size``, sides must be multiples of `UNIT`, so that no upsampled map needs
    cropping; with it any size works: the graph pads the picture and crops the painting.
    """
    floats = {name: np.asarray(array, np.float32) for name, array in arrays.items()}
    graph = _Graph(layers, floats, any_size)
    colours = graph.colours(evaluate(layers, graph.features(), graph.layer))
    limits = [graph.constant(np.float32(level)) for level in (0, 255)]
    rounded = graph.add("Round", [graph.add("Clip", [colours, *limits])])
    levels = graph.add("Cast", [rounded], to=TensorProto.UINT8)
    return graph.model(graph.add("Transpose", [levels], perm=[0, 2, 3, 1]))


class _Graph:
    def __init__(
        self, layers: Layers, arrays: Mapping[str, NDArray[np.float32]], any_size: bool
    ) -> None:
        self._layers = layers
        self._arrays = arrays
        self._any_size = any_size
        self._divisors = divisors(layers)
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []
        self._given = self._grown = ""
        """Height and width of the picture, and of the first layer's input."""

    def features(self) -> str:
        """Add the conversion of the picture to float 1×3×H×W, padded as the network requires."""
        floats = self.add("Cast", ["picture"], to=TensorProto.FLOAT)
        features = self.add("Transpose", [floats], perm=[0, 3, 1, 2])
        if not self._any_size:
            return features
        self._given = self.add("Shape", [features], start=2)
        longer = self.add("Max", [self._given, self._integers(MINIMUM_SIDE, MINIMUM_SIDE)])
        unit = self._integers(multiple(self._layers))
        self._grown = self.add("Mul", [self._raised(longer, multiple(self._layers)), unit])
        rest = self.add("Sub", [self._grown, self._given])
        pads = self.add("Concat", [self._integers(*[0] * 6), rest], axis=0)
        return self.add("Pad", [features, pads], mode="edge")

    def colours(self, features: str) -> str:
        """Add the pixel shuffle of the last layer, and crop to the picture's size."""
        if self._layers[-1].shuffle > 1:
            scale = self._layers[-1].shuffle
            features = self.add("DepthToSpace", [features], blocksize=scale, mode="CRD")
        return self._cut(features, self._given) if self._any_size else features

    def layer(self, layer: Layer, features: str, added: str | None) -> str:
        if layer.unshuffle > 1:
            features = self.add("SpaceToDepth", [features], blocksize=layer.unshuffle)
        if layer.upsampling:
            features = self._doubled(features, self._divisors[layer.name])
        features = self._convolution(layer, features)
        if layer.normalized:
            norm = [
                self.constant(self._arrays[f"{layer.name}.norm.{part}"])
                for part in ("weight", "bias")
            ]
            features = self.add("InstanceNormalization", [features, *norm], epsilon=EPSILON)
        if layer.relu:
            features = self.add("Relu", [features])
        return features if added is None else self.add("Add", [added, features])

    def add(self, operation: str, inputs: Sequence[str], **attributes: Any) -> str:
        output = f"{operation} {len(self._nodes)}"
        self._nodes.append(helper.make_node(operation, inputs, [output], **attributes))
        return output

    def constant(self, values: NDArray[Any] | np.generic) -> str:
        name = f"constant {len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def model(self, output: str) -> ModelProto:
        shape: list[str | int | None] = [1, "height", "width", 3]
        given, result = (
            helper.make_tensor_value_info(name, TensorProto.UINT8, shape)
            for name in ("picture", output)
        )
        graph = helper.make_graph(self._nodes, "network", [given], [result], self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 10  # onnx defaults to a newer version than onnxruntime supports
        checker.check_model(model)
        return model

    def _convolution(self, layer: Layer, features: str) -> str:
        border = layer.padding
        pads = self.constant(np.array([0, 0, border, border] * 2, np.int64))
        padded = self.add("Pad", [features, pads], mode="reflect")
        parameters = [self.constant(values) for values in self._parameters(layer)]
        strides = [layer.stride, layer.stride]
        return self.add("Conv", [padded, *parameters], strides=strides, group=layer.groups)

    def _parameters(self, layer: Layer) -> list[NDArray[np.float32]]:
        """Return the weight and, for the last layer, the bias; both scaled around mid-grey."""
        weight = self._arrays[f"{layer.name}.conv.weight"]
        if layer.unshuffle > 1:
            weight = _by_pixel(weight, layer.unshuffle)
        if layer.normalized:
            return [weight]
        grey = np.float32(MID_GREY)
        return [weight * grey, self._arrays[f"{layer.name}.conv.bias"] * grey + grey]

    def _doubled(self, features: str, divisor: int) -> str:
        scales = self.constant(np.array([1, 1, 2, 2], np.float32))
        modes = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        doubled = self.add("Resize", [features, "", scales], mode="nearest", **modes)
        if not self._any_size or multiple(self._layers) > 1:  # no map is ever cut
            return doubled
        return self._cut(doubled, self._raised(self._grown, divisor))

    def _cut(self, features: str, size: str) -> str:
        """Keep the first rows and columns of 1×C×H×W."""
        starts, axes = self._integers(0, 0), self._integers(2, 3)
        return self.add("Slice", [features, starts, size, axes])

    def _raised(self, size: str, divisor: int) -> str:
        """Divide height and width, rounded up."""
        raised = self.add("Add", [size, self._integers(divisor - 1)])
        return self.add("Div", [raised, self._integers(divisor)])

    def _integers(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))


def _by_pixel(weight: NDArray[np.float32], scale: int) -> NDArray[np.float32]:
    """Reorder input channels: torch orders unshuffled ones colour first, ONNX pixel first."""
    outputs, inputs, rows, columns = weight.shape
    by_colour = weight.reshape(outputs, inputs // scale**2, scale**2, rows, columns)
    return by_colour.transpose(0, 2, 1, 3, 4).reshape(weight.shape)
