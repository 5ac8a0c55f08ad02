"""Everything derived from a list of layers, compared with the torch module."""

# About 15 s.

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch.utils.flop_counter import FlopCounterMode

from random_networks import networks, random_arrays
from realstyler.engine import Cancellation, Pixels
from realstyler.engine.compiled_model import compile_model
from realstyler.engine.compiled_model import settings as openvino_settings
from realstyler.engine.pictures import grow_into
from realstyler.engine.strips import StripPainter
from realstyler.networks import onnx_graph, openvino_graph
from realstyler.networks.architecture import LiveNetwork, Network, TransformNetwork
from realstyler.networks.layers import (
    MINIMUM_SIDE,
    PICTURE,
    UNIT,
    Layer,
    Layers,
    divisors,
    evaluate,
    flops_per_pixel,
    grown_side,
    map_size,
    multiple,
    parameter_shapes,
)
from realstyler.networks.torch_modules import StyleNetwork

ARCHITECTURES: list[Network] = [
    TransformNetwork(),
    LiveNetwork(),
    LiveNetwork(width=16, blocks=2, head_width=8, refinement_blocks=2),
    LiveNetwork(width=8, blocks=1, head_width=8, refinement_blocks=0),
]
Arrays = dict[str, NDArray[np.float32]]
FLOAT32 = openvino_settings("float32", None)


def _module(layers: Layers, arrays: Arrays) -> StyleNetwork:
    module = StyleNetwork(layers).eval()
    module.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
    return module


@torch.inference_mode()
def _by_torch(layers: Layers, arrays: Arrays, picture: Pixels) -> Pixels:
    levels = torch.from_numpy(picture).permute(2, 0, 1)[None].float()  # 1×3×H×W
    painted = _module(layers, arrays)(levels).clamp(0, 255).round().to(torch.uint8)
    return painted[0].permute(1, 2, 0).numpy()


def _by_openvino(layers: Layers, arrays: Arrays, picture: Pixels, *, even: bool) -> Pixels:
    model = openvino_graph.build(layers, arrays, even=even)
    painted = np.empty_like(picture)
    compiled = compile_model(model, "CPU", FLOAT32)
    compiled.run({"picture": picture[None]}, {0: painted[None]})
    return painted


def _by_strips(layers: Layers, arrays: Arrays, picture: Pixels) -> Pixels:
    painted = np.empty_like(picture)
    StripPainter(
        layers,
        arrays,
        lambda model: compile_model(model, "CPU", FLOAT32),
        Cancellation(),
        lambda _: None,
        strip_values=1500,
    ).paint(picture, painted)
    return painted


def _by_onnx(layers: Layers, arrays: Arrays, picture: Pixels, *, any_size: bool = False) -> Pixels:
    model = onnx_graph.build(layers, arrays, any_size=any_size)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return np.asarray(session.run(None, {"picture": picture[None]})[0][0])


def _grown(picture: Pixels, unit: int) -> Pixels:
    height, width = picture.shape[:2]
    grown = np.empty((grown_side(height, unit), grown_side(width, unit), 3), np.uint8)
    grow_into(picture, grown)
    return grown


def _noise(height: int, width: int, seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


@settings(max_examples=25)
@given(
    layers=networks(), height=st.integers(9, 45), width=st.integers(9, 45), seed=st.integers(0, 999)
)
def test_every_backend_computes_the_list(
    layers: Layers, height: int, width: int, seed: int
) -> None:
    """Any list of layers, on any size: graphs and strips are within one level of torch."""
    arrays = random_arrays(layers, seed)
    picture = _noise(height, width, seed)
    expected = _by_torch(layers, arrays, picture)
    grown, exact = _grown(picture, multiple(layers)), _grown(picture, UNIT)
    fits = grown.shape[0] % UNIT == 0 and grown.shape[1] % UNIT == 0
    painted = {
        "graph": _by_openvino(layers, arrays, grown, even=fits),
        "strips": _by_strips(layers, arrays, grown),
    }
    for name, result in painted.items():
        difference = result[:height, :width].astype(int) - expected
        assert np.abs(difference).max() <= 1, name
    expected = _by_torch(layers, arrays, exact)
    painted = {
        "even graph": _by_openvino(layers, arrays, exact, even=True),
        "onnx": _by_onnx(layers, arrays, exact),
    }
    for name, result in painted.items():
        assert np.abs(result.astype(int) - expected).max() <= 1, name


@settings(max_examples=25)
@given(
    layers=networks(), height=st.integers(1, 45), width=st.integers(1, 45), seed=st.integers(0, 999)
)
def test_graphs_for_any_size_grow_and_cut_by_themselves(
    layers: Layers, height: int, width: int, seed: int
) -> None:
    """Exported graphs paint any size like torch paints the padded picture."""
    arrays = random_arrays(layers, seed)
    picture = _noise(height, width, seed)
    expected = _by_torch(layers, arrays, _grown(picture, multiple(layers)))[:height, :width]
    model = openvino_graph.build_for_any_size(layers, arrays)
    by_openvino = np.empty_like(picture)
    compiled = compile_model(model, "CPU", FLOAT32)
    compiled.run({"picture": picture[None]}, {0: by_openvino[None]})
    by_onnx = _by_onnx(layers, arrays, picture, any_size=True)
    for painted in (by_openvino, by_onnx):
        assert painted.shape == picture.shape
        assert np.abs(painted.astype(int) - expected).max() <= 1


@settings(max_examples=20)
@given(layers=networks(), height=st.integers(8, 40), width=st.integers(8, 40))
@torch.no_grad()
def test_sizes_and_parameters_are_those_of_the_module(
    layers: Layers, height: int, width: int
) -> None:
    """Sizes and shapes computed without a tensor library equal torch's."""
    module = StyleNetwork(layers)
    shapes = {name: tuple(value.shape) for name, value in module.state_dict().items()}
    assert list(shapes.items()) == list(parameter_shapes(layers).items())
    found = divisors(layers)
    whole = (grown_side(height, multiple(layers)), grown_side(width, multiple(layers)))

    def watch(layer: Layer, features: torch.Tensor, added: torch.Tensor | None) -> torch.Tensor:
        result = module.compute(whole, layer, features, added)
        assert tuple(result.shape[2:]) == map_size(whole, found[layer.name])
        return result

    evaluate(layers, torch.rand(1, 3, *whole), watch)


@pytest.mark.parametrize("config", ARCHITECTURES, ids=repr)
def test_operations_are_counted_as_torch_counts_them(config: Network) -> None:
    """The operations per pixel equal those counted by torch."""
    layers = config.layers()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        StyleNetwork(layers)(torch.rand(1, 3, 16, 24))
    assert flops_per_pixel(layers) == pytest.approx(counter.get_total_flops() / (16 * 24))


def test_published_work_of_the_networks() -> None:
    """The full network needs some 308 thousand operations per pixel, a live one a tenth."""
    assert round(flops_per_pixel(TransformNetwork().layers()) / 1000) == 308
    assert 15 < flops_per_pixel(LiveNetwork().layers()) / 1000 < 30


@pytest.mark.parametrize("config", ARCHITECTURES, ids=repr)
def test_units_hold_for_every_architecture(config: Network) -> None:
    """Multiples of `UNIT` divide evenly, and reflection never exceeds a map."""
    found = divisors(config.layers())
    assert all(UNIT % divisor == 0 for divisor in found.values())
    for layer in config.layers():
        divisor = found[layer.name] if layer.upsampling else found[layer.reads] * layer.unshuffle
        assert layer.padding < map_size((MINIMUM_SIDE, MINIMUM_SIDE), divisor)[0]


def test_values_are_let_go_after_their_last_use() -> None:
    """Evaluating a list keeps no feature map longer than a later layer needs it."""
    held: set[str] = set()
    most = 0

    class Held(str):
        def __del__(self) -> None:
            held.discard(str(self))

    def compute(layer: Layer, _features: Held, _added: Held | None) -> Held:
        nonlocal most
        held.add(layer.name)
        most = max(most, len(held))
        return Held(layer.name)

    evaluate(TransformNetwork(blocks=4).layers(), Held(PICTURE), compute)
    assert most == 3
