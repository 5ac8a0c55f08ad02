"""Names of devices and precisions, and detection of what is available."""

from __future__ import annotations

import functools
import importlib.util
import os
import platform
import sys
from pathlib import Path
from typing import Literal, get_args

from realstyler.errors import UsageError

Device = Literal["auto", "cpu", "gpu", "cuda", "mps"]
Precision = Literal["auto", "float32"]
Network = Literal["full", "live"]

DEVICES: tuple[Device, ...] = get_args(Device)
"""``gpu`` is an Intel GPU (OpenVINO); ``cuda`` and ``mps`` need torch."""

TORCH_DEVICES = frozenset({"cuda", "mps"})


def check(device: str, precision: str, network: str, threads: int | None, streams: int = 1) -> None:
    """Raise `UsageError` for an unknown name, or less than one thread or stream."""
    for title, name, allowed in (
        ("device", device, get_args(Device)),
        ("precision", precision, get_args(Precision)),
        ("network", network, get_args(Network)),
    ):
        if name not in allowed:
            raise UsageError(
                code="no-such-choice", kind=title, name=name, allowed=", ".join(allowed)
            )
    if threads is not None and threads < 1:
        raise UsageError(code="too-few-threads", threads=threads)
    if streams < 1:
        raise UsageError(code="too-few-streams", streams=streams)


def resolve(device: Device) -> Device:
    """Resolve ``auto``: a CUDA or Apple GPU if torch can use one, otherwise the CPU.

    Importing torch takes seconds, so it is only done if a GPU driver is present.
    """
    return _fastest() if device == "auto" else device


@functools.cache
def _fastest() -> Device:
    if not _has_torch() or not _has_gpu_driver():
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _has_torch() -> bool:
    return importlib.util.find_spec("torch") is not None


def _has_gpu_driver() -> bool:
    """Detect an Apple chip, or the NVIDIA driver's files on Linux, WSL and Windows."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    windows = Path(os.environ.get("SYSTEMROOT", "C:/Windows"))
    traces = (Path("/proc/driver/nvidia"), Path("/dev/dxg"), windows / "System32" / "nvcuda.dll")
    return any(trace.exists() for trace in traces)


def available() -> list[Device]:
    """Return the available devices, fastest first; imports torch if installed."""
    found: list[Device] = ["cpu"]
    from realstyler.openvino_runtime import core

    if any(name.startswith("GPU") for name in core.available_devices):
        found.insert(0, "gpu")
    if _has_torch():
        import torch

        if torch.backends.mps.is_available():
            found.insert(0, "mps")
        if torch.cuda.is_available():
            found.insert(0, "cuda")
    return found
