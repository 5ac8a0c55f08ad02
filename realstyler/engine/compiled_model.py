"""Compiled OpenVINO models: cached on disk, run from many threads."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realstyler import __version__
from realstyler.engine import cache
from realstyler.engine.cancellation import Cancellation
from realstyler.openvino_runtime import core, openvino

POLL_MILLISECONDS = 20
"""Interval for checking cancellation, and for Python to handle signals."""

_KERNELS_REMEMBERED = 32
"""Kernels cached per input size; OpenVINO's default of 5,000 grows for hours like a leak."""


class CompiledModel:
    """A compiled model with a pool of requests, one per concurrently running thread."""

    def __init__(self, compiled: Any, blob: Any = None) -> None:
        """Wrap a compiled model; ``blob`` is the tensor it was imported from and may refer to."""
        self._compiled = compiled
        self._blob = blob
        self._idle: list[_Request] = []
        self._lock = threading.Lock()

    def run(
        self,
        inputs: Mapping[str, NDArray[Any]],
        outputs: Mapping[int, NDArray[Any]],
        cancellation: Cancellation | None = None,
    ) -> None:
        """Compute from arrays into arrays, contiguous and writeable, without copying.

        Releases the GIL.

        Raises:
            Cancelled: cancellation was requested. The running request finishes in the background
                and may write into ``outputs`` until then: OpenVINO's own cancellation would break
                the compiled model for other threads.
        """
        if cancellation is not None:
            cancellation.check()
        request = self._borrow()
        try:
            request.start(inputs, outputs)
            while not request.wait(POLL_MILLISECONDS):
                if cancellation is not None:
                    cancellation.check()
        except BaseException:
            _abandon(self._compiled, request)
            raise
        with self._lock:
            self._idle.append(request)

    @property
    def bytes_per_value(self) -> int:
        """Bytes per value of a feature map: 2 where the device computes in 16 bits, else 4."""
        return int(self._compiled.get_property("INFERENCE_PRECISION_HINT").size)

    def _borrow(self) -> _Request:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _Request(self._compiled.create_infer_request())


class _Request:
    def __init__(self, request: Any) -> None:
        self._request = request
        self._arrays: list[NDArray[Any]] = []
        self.wait = request.wait_for  # waits for some milliseconds; returns whether it is done

    def start(
        self, inputs: Mapping[str, NDArray[Any]], outputs: Mapping[int, NDArray[Any]]
    ) -> None:
        previous = self._arrays
        # OpenVINO holds raw pointers to shared memory, so the arrays must outlive the request.
        self._arrays = [*inputs.values(), *outputs.values()]
        for name, array in inputs.items():
            self._request.set_tensor(name, openvino.Tensor(array, shared_memory=True))
        for index, array in outputs.items():
            self._request.set_output_tensor(index, openvino.Tensor(array, shared_memory=True))
        del previous
        self._request.start_async()

    def ended(self) -> bool:
        try:
            return bool(self.wait(0))
        except RuntimeError:  # it ended with an error
            return True


_abandoned: list[tuple[Any, _Request]] = []
_abandoned_lock = threading.Lock()


def _abandon(compiled: Any, request: _Request) -> None:
    """Keep a running request, its arrays and its model alive until it has finished.

    It writes into its arrays until then, even if nobody references the model any more.
    """
    with _abandoned_lock:
        _abandoned[:] = [kept for kept in _abandoned if not kept[1].ended()]
        _abandoned.append((compiled, request))


@atexit.register
def _outlive_abandoned() -> None:
    """Let abandoned requests finish before the interpreter frees their memory."""
    for _, request in _abandoned:
        while not request.ended():
            time.sleep(POLL_MILLISECONDS / 1000)


def settings(precision: str, threads: int | None, streams: int = 1) -> dict[str, Any]:
    """Return OpenVINO's properties; precision ``auto`` lets the CPU decide."""
    properties: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY"}
    if streams > 1:
        properties = {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": streams}
    if precision == "float32":
        properties["INFERENCE_PRECISION_HINT"] = "f32"
    if threads is not None:
        properties["INFERENCE_NUM_THREADS"] = threads
    return properties


def compile_model(model: Any, device: str, properties: Mapping[str, Any]) -> CompiledModel:
    """Compile a model for ``CPU`` or ``GPU`` without caching it on disk."""
    return CompiledModel(core.compile_model(model, device, _complete(device, properties)))


def compile_cached(
    identity: Sequence[object],
    build: Callable[[], Any],
    device: str,
    properties: Mapping[str, Any],
) -> CompiledModel:
    """Return the compiled model for an ``identity``, from the disk cache if possible.

    The cache key includes everything that determines the content: the identity, the versions of
    this program and of OpenVINO, the processor and the properties.
    """
    path = cache.path_of((*identity, __version__, *_machine(device), sorted(properties.items())))
    complete = _complete(device, properties)
    blob = cache.read(path)
    if blob is not None:
        try:
            tensor = openvino.Tensor(np.frombuffer(blob, np.uint8))  # bytes would hold the GIL
            return CompiledModel(core.import_model(tensor, device, complete), tensor)
        except RuntimeError:
            pass  # written by another build: recompile and replace
    compiled = core.compile_model(build(), device, complete)
    cache.write(path, _exported(compiled))
    return CompiledModel(compiled)


def _complete(device: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    if device != "CPU":
        return {key: value for key, value in properties.items() if key != "INFERENCE_NUM_THREADS"}
    return {**properties, "CPU_RUNTIME_CACHE_CAPACITY": str(_KERNELS_REMEMBERED)}


def _exported(compiled: Any) -> bytes:
    stream = compiled.export_model()
    return bytes(stream.getbuffer())


def _machine(device: str) -> tuple[str, ...]:
    capabilities = core.get_property(device, "OPTIMIZATION_CAPABILITIES")
    name = core.get_property(device, "FULL_DEVICE_NAME")
    return (openvino.__version__, device, name, *capabilities)
