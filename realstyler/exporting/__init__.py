"""Trained styles for programs that know nothing of this one: ONNX, OpenVINO and a web page.

What is exported takes uint8 1×H×W×3 of any size from 1×1 on and gives the same back: what the
engine paints with ``stroke="native"``. What the engine does around its networks stays behind:
working resolutions, blends, and the tones of plain pictures.
"""

from __future__ import annotations

from realstyler.exporting.models import export_onnx, export_openvino
from realstyler.exporting.web_page import export_page, find_runtime

__all__ = ["export_onnx", "export_openvino", "export_page", "find_runtime"]
