"""Networks as files that onnxruntime and OpenVINO read by themselves."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realstyler import __version__
from realstyler.errors import UsageError, needing
from realstyler.files import make_folder, write_bytes

if TYPE_CHECKING:
    from realstyler.registry import Style
    from realstyler.registry.weights import NetworkName, Weights


def facts(style: Style, weights: Weights) -> dict[str, str]:
    """Return what an exported network says of itself, each a short text."""
    return {
        "name": style.name,
        "title": style.title,
        "author": style.author,
        "license": weights.metadata.license or style.license,
        "network": weights.metadata.network,
        "weights_sha256": weights.digest,
        "made_by": f"realstyler {__version__}",
        "input": "picture: uint8, 1 × height × width × 3, RGB, sRGB, any size from 1 × 1 on",
        "output": "uint8, the size of the picture",
    }


def onnx_model(style: Style, network: NetworkName) -> bytes:
    """Return a network as an ONNX model; the same weights give the same bytes.

    Raises:
        StyleError: the style has no such network, or its weights are damaged.
        UsageError: what writes ONNX is not installed.
    """
    with needing("export"):
        from onnx import helper

        from realstyler.networks import onnx_graph
    weights = style.load_weights(network)
    layers = weights.metadata.architecture.layers()
    model = onnx_graph.build(layers, weights.arrays, any_size=True)
    about = facts(style, weights)
    model.producer_name, model.producer_version = "realstyler", __version__
    model.graph.name = f"{style.name}-{network}"
    model.doc_string = f"{style.title}: paints a picture in this style ({about['license']})"
    helper.set_model_props(model, about)
    return bytes(model.SerializeToString(deterministic=True))


def export_onnx(
    style: Style, network: NetworkName, target: Path, *, overwrite: bool = False
) -> list[Path]:
    """Write a network as an ONNX file; return the files that were written.

    Raises:
        StyleError: the style has no such network, or its weights are damaged.
        UsageError: the file is there already, or what writes ONNX is not installed.
        OutputError: it cannot be written.
    """
    content = onnx_model(style, network)
    make_folder(target.parent)
    write_bytes(target, content, overwrite=overwrite)
    return [target]


def export_openvino(
    style: Style, network: NetworkName, target: Path, *, overwrite: bool = False
) -> list[Path]:
    """Write a network as OpenVINO's IR, an ``.xml`` and its weights, a ``.bin`` beside it.

    Raises:
        StyleError: the style has no such network, or its weights are damaged.
        UsageError: a file is there already.
        OutputError: they cannot be written.
    """
    targets = [target.with_suffix(suffix) for suffix in (".bin", ".xml")]
    model = _openvino_model(style, network)
    make_folder(target.parent)
    refuse_existing(targets, overwrite)
    with tempfile.TemporaryDirectory() as scratch:
        from realstyler.openvino_runtime import openvino

        # Half of the size: the weights are trained to be kept in 16 bits.
        openvino.save_model(model, Path(scratch, "model.xml"), compress_to_fp16=True)
        contents = [Path(scratch, f"model{one.suffix}").read_bytes() for one in targets]
    for one, content in zip(targets, contents, strict=True):
        write_bytes(one, content, overwrite=overwrite)
    return targets[::-1]


def refuse_existing(targets: list[Path], overwrite: bool) -> None:
    """Refuse before anything is written: of several files one alone is worth nothing.

    Raises:
        UsageError: a file is there already, and is not to be overwritten.
    """
    for target in targets:
        if not overwrite and target.exists():
            raise UsageError(code="export-exists", path=target)


def _openvino_model(style: Style, network: NetworkName) -> Any:
    from realstyler.networks import openvino_graph

    weights = style.load_weights(network)
    layers = weights.metadata.architecture.layers()
    model = openvino_graph.build_for_any_size(layers, weights.arrays)
    model.set_friendly_name(f"{style.name}-{network}")
    for name, fact in facts(style, weights).items():
        model.set_rt_info(fact, ["realstyler", name])
    return model
