"""The networks as ONNX graphs, layer by layer as they are defined: what onnxruntime is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper

from realstyler.networks.architecture import MID_GREY, LiveNetwork, TransformNetwork

OPSET = 18
EPSILON = 1e-5
"""Added to the variance, as torch's ``InstanceNorm2d`` does."""

UNIT = 4
"""Both sides must be multiples of this: no upsampled map is ever cut."""

Arrays = Mapping[str, NDArray[Any]]


def build(architecture: TransformNetwork | LiveNetwork, arrays: Arrays) -> ModelProto:
    """Make a model uint8 1×H×W×3 ``picture`` → uint8 1×H×W×3, for sides that are multiples of 4."""
    graph = _Graph({name: np.asarray(array, np.float32) for name, array in arrays.items()})
    floats = graph.add("Cast", ["picture"], to=TensorProto.FLOAT)
    features = graph.add("Transpose", [floats], perm=[0, 3, 1, 2])  # 1×3×H×W
    if isinstance(architecture, TransformNetwork):
        colours = graph.transform_network(features, architecture.blocks)
    else:
        colours = graph.live_network(features, architecture)
    limits = [graph.constant(np.float32(level)) for level in (0, 255)]
    rounded = graph.add("Round", [graph.add("Clip", [colours, *limits])])
    levels = graph.add("Cast", [rounded], to=TensorProto.UINT8)
    return graph.model(graph.add("Transpose", [levels], perm=[0, 2, 3, 1]))


class _Graph:
    def __init__(self, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        self._arrays = arrays
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def transform_network(self, features: str, blocks: int) -> str:
        for number, stride in enumerate((1, 2, 2)):
            features = self._layer(features, f"encoder.{number}", stride)
        features = self._residual_blocks(features, "residual", blocks)
        for number in range(2):
            features = self._layer(self._doubled(features), f"decoder.{number}")
        return self._output(features)

    def live_network(self, picture: str, architecture: LiveNetwork) -> str:
        features = self.add("Relu", [self._unshuffled(picture, "stem", 4)])
        features = self._residual_blocks(features, "residual", architecture.blocks)
        features = self._layer(self._doubled(features), "head")
        if architecture.refinement_blocks:
            detail = self._unshuffled(picture, "refinement.detail", 2)
            features = self.add("Add", [features, detail])
            blocks = architecture.refinement_blocks
            features = self._residual_blocks(features, "refinement.blocks", blocks)
        features = self._output(features)
        return self.add("DepthToSpace", [features], blocksize=2, mode="CRD")

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
        model.ir_version = 10  # onnx writes a newer one than onnxruntime reads
        checker.check_model(model)
        return model

    def _layer(
        self,
        features: str,
        name: str,
        stride: int = 1,
        *,
        relu: bool = True,
        weight: NDArray[np.float32] | None = None,
    ) -> str:
        weight = self._arrays[f"{name}.conv.weight"] if weight is None else weight
        features = self._convolution(features, weight, stride)
        norm = [self.constant(self._arrays[f"{name}.norm.{part}"]) for part in ("weight", "bias")]
        features = self.add("InstanceNormalization", [features, *norm], epsilon=EPSILON)
        return self.add("Relu", [features]) if relu else features

    def _unshuffled(self, picture: str, name: str, scale: int) -> str:
        """Add a layer without ReLU whose convolution reads the unshuffled picture."""
        features = self.add("SpaceToDepth", [picture], blocksize=scale)
        weight = self._arrays[f"{name}.conv.weight"]  # C×3·scale²×3×3
        # torch numbers unshuffled channels colour first, ONNX pixel first.
        by_colour = weight.reshape(len(weight), 3, scale * scale, 3, 3)
        reordered = by_colour.transpose(0, 2, 1, 3, 4).reshape(weight.shape)
        return self._layer(features, name, relu=False, weight=reordered)

    def _residual_blocks(self, features: str, name: str, blocks: int) -> str:
        for block in range(blocks):
            branch = self._layer(features, f"{name}.{block}.first")
            branch = self._layer(branch, f"{name}.{block}.second", relu=False)
            features = self.add("Add", [features, branch])
        return features

    def _output(self, features: str) -> str:
        grey = np.float32(MID_GREY)
        bias = self._arrays["output.conv.bias"] * grey + grey
        return self._convolution(features, self._arrays["output.conv.weight"] * grey, 1, bias)

    def _convolution(
        self,
        features: str,
        weight: NDArray[np.float32],
        stride: int,
        bias: NDArray[np.float32] | None = None,
    ) -> str:
        border = weight.shape[-1] // 2
        pads = self.constant(np.array([0, 0, border, border] * 2, np.int64))
        padded = self.add("Pad", [features, pads], mode="reflect")
        parameters = [self.constant(weight)] + ([] if bias is None else [self.constant(bias)])
        return self.add("Conv", [padded, *parameters], strides=[stride, stride])

    def _doubled(self, features: str) -> str:
        scales = self.constant(np.array([1, 1, 2, 2], np.float32))
        modes = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        return self.add("Resize", [features, "", scales], mode="nearest", **modes)
