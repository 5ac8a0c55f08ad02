"""Make ``import torchvision`` work beside a torch without CUDA.

torchvision's published Linux wheel is built against the CUDA build of torch. Beside a CPU build its
compiled operators cannot load, and its import ends with ``operator torchvision::nms does not
exist``. The transforms used here need none of them: declaring the missing operators first lets the
import pass. Where they exist, nothing is changed.
"""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path

import torch

_SCHEMA = "{}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_library: torch.library.Library | None = None


def install() -> None:
    """Declare torchvision's operators if they cannot load; call before importing torchvision."""
    global _library
    if _library is not None or _operators_load():
        return
    # Kept, since its definitions live only as long as it does.
    _library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for name in ("nms", "qnms"):
        if not hasattr(torch.ops.torchvision, name):
            _library.define(_SCHEMA.format(name))  # type: ignore[no-untyped-call]


def _operators_load() -> bool:
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return False
    library = next(Path(spec.origin).parent.glob("_C.*"), None)
    if library is None:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.ops.load_library(str(library))  # type: ignore[no-untyped-call]
    except OSError:
        return False
    return hasattr(torch.ops.torchvision, "nms")
