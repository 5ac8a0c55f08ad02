"""OpenVINO, imported without its model converter."""

from __future__ import annotations

import importlib
import sys
from typing import Any

_CONVERTER = "openvino.tools.ovc"


def _import_openvino() -> Any:
    """Import OpenVINO at half the price.

    ``import openvino`` pulls its model converter in, with telemetry and command-line parsers, which
    costs as much time as all the rest and is never used here. The import tolerates that the
    converter is absent, so it is hidden for that moment and stays importable afterwards.
    """
    if "openvino" in sys.modules or _CONVERTER in sys.modules:
        return importlib.import_module("openvino")
    sys.modules[_CONVERTER] = None  # type: ignore[assignment]  # the documented way to hide one
    try:
        module = importlib.import_module("openvino")
    finally:
        del sys.modules[_CONVERTER]
    module.convert_model = _convert_model  # type: ignore[attr-defined]
    return module


def _convert_model(*arguments: Any, **options: Any) -> Any:
    return importlib.import_module(_CONVERTER).convert_model(*arguments, **options)


openvino = _import_openvino()
core = openvino.Core()
"""The one ``openvino.Core`` of this process; its methods are thread-safe."""

ops = openvino.opset15
"""The operations that graphs are built of."""
