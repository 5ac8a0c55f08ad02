"""Backend for CUDA and Apple GPUs, and the float32 reference on the CPU: torch."""

from __future__ import annotations

import numpy as np

from realstyler.engine.cancellation import Cancellation
from realstyler.engine.painter import Progress
from realstyler.engine.pictures import Pixels
from realstyler.engine.weights_source import WeightsSource
from realstyler.errors import InputError, UsageError

try:
    import torch
except ImportError as error:
    raise UsageError(code="device-needs-torch") from error


class TorchPainter:
    """A network as a torch module: half precision and channels_last on a GPU.

    On the CPU it always computes in float32, as the reference.
    """

    def __init__(
        self, source: WeightsSource, device: str, precision: str, threads: int | None
    ) -> None:
        self._device = _device(device)
        half = precision == "auto" and self._device.type != "cpu"
        self._dtype = torch.float16 if half else torch.float32
        self._module = self._load(source)
        if threads is not None and self._device.type == "cpu":
            torch.set_num_threads(threads)

    def load(self) -> None:
        """Do nothing: the module was loaded on construction."""

    def grown_size(self, height: int, width: int) -> tuple[int, int]:
        """Return the size unchanged: the module pads pictures itself."""
        return height, width

    def paint(
        self,
        picture: Pixels,
        painted: Pixels,
        cancellation: Cancellation | None = None,
        progress: Progress | None = None,
    ) -> None:
        """See `Painter.paint`; cancellation is only checked before and after the computation."""
        if cancellation is not None:
            cancellation.check()
        try:
            painted[:] = self._stylize(picture)
        except torch.OutOfMemoryError as error:
            height, width = picture.shape[:2]
            raise InputError(code="gpu-memory-full", width=width, height=height) from error
        if cancellation is not None:
            cancellation.check()
        if progress is not None:
            progress(1.0)

    @torch.inference_mode()
    def _stylize(self, picture: Pixels) -> Pixels:
        levels = torch.from_numpy(picture).to(self._device)[None]  # 1×H×W×3
        features = levels.permute(0, 3, 1, 2).to(self._dtype)  # 1×3×H×W, channels last in memory
        colours = self._module(features)
        levels = colours.float().clamp_(0, 255).round_().to(torch.uint8)
        stylized: Pixels = levels[0].permute(1, 2, 0).cpu().numpy()
        return stylized

    def _load(self, source: WeightsSource) -> torch.nn.Module:
        from realstyler.networks import torch_modules

        weights = source.load()
        module: torch.nn.Module = torch_modules.build(weights.metadata.architecture)
        arrays = {name: array.astype(np.float32) for name, array in weights.arrays.items()}
        module.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
        module = module.eval().requires_grad_(False).to(self._device, self._dtype)
        return module.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def _device(name: str) -> torch.device:
    working = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not working.get(name, True):
        raise UsageError(code="torch-finds-no-device", device=name)
    return torch.device(name)
