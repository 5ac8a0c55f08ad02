"""Weights files: safetensors with metadata. Does not need torch.

Files are fully validated before use: header, metadata, names, shapes, dtypes and finiteness of
every parameter. Pickle is never read, whatever the file's name.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from realstyler.errors import StyleError
from realstyler.networks.architecture import Network

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NetworkName = Literal["full", "live"]
NETWORKS: tuple[NetworkName, ...] = ("full", "live")
FORMAT: Literal["realstyler-1"] = "realstyler-1"
LARGEST = 512 * 2**20
"""Bytes; the widest network in float32 has about 300 million. Larger files are never read."""


class WeightsMetadata(BaseModel):
    """Metadata of a weights file, stored inside it as text."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    format: Literal["realstyler-1"] = FORMAT
    style: str
    network: NetworkName
    architecture: Network
    training: dict[str, Any] = Field(description="the training configuration")
    data: str = Field(description="what photographs it was trained on")
    steps: int = Field(ge=0, description="of this style, in all runs that led to these weights")
    license: str
    origin: str = Field(
        default="",
        description="which network the training began from, all the way back; empty if none did",
    )

    def to_header(self) -> dict[str, str]:
        """Flatten to the text-to-text mapping that safetensors supports."""
        return {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in self.model_dump(mode="json").items()
        }

    @classmethod
    def from_header(cls, header: dict[str, str]) -> WeightsMetadata:
        """Parse the output of :meth:`to_header`.

        Raises:
            ValueError: a field is missing or invalid.
        """
        fields: dict[str, Any] = dict(header)
        for key in ("architecture", "training", "steps"):
            if key in fields:
                fields[key] = json.loads(fields[key])
        architecture = fields.get("architecture")
        if isinstance(architecture, dict) and architecture.get("kind") == "live-net":
            architecture.setdefault("refinement_blocks", 0)  # older files have no refinement
        return cls.model_validate(fields)


@dataclass(frozen=True)
class Weights:
    """The parameters of one network, as stored in the file."""

    metadata: WeightsMetadata
    arrays: dict[str, NDArray[np.float16] | NDArray[np.float32]]
    digest: str
    """Hexadecimal SHA-256 of the whole file, for cache keys."""


def read_metadata(path: Path) -> WeightsMetadata:
    """Read only the header of a weights file: fast enough for lists.

    Raises:
        StyleError: the file is missing, not a safetensors file, or lacks metadata.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            header = file.metadata()
    except (OSError, SafetensorError) as error:
        raise _unreadable(path, error) from error
    return _metadata(path, header)


def load(path: Path) -> Weights:
    """Read and fully validate a weights file.

    Raises:
        StyleError: the file is missing, damaged, of another format, or does not match the
            architecture in its metadata.
    """
    import safetensors.numpy
    from safetensors import SafetensorError

    try:
        if path.stat().st_size > LARGEST:
            raise StyleError(code="weights-too-large", path=path, mebibytes=LARGEST >> 20)
        content = path.read_bytes()
        arrays = safetensors.numpy.load(content)
        metadata = _metadata(path, _header(content))
    except (OSError, SafetensorError, KeyError) as error:
        raise _unreadable(path, error) from error
    weights = Weights(metadata, arrays, hashlib.sha256(content).hexdigest())
    _check(path, weights)
    return weights


def save(
    path: Path,
    arrays: dict[str, NDArray[np.float32]],
    metadata: WeightsMetadata,
) -> None:
    """Write parameters as float16 with their metadata, to a temporary file that is then renamed."""
    import numpy as np
    import safetensors.numpy

    from realstyler.files import write_bytes

    halves = {name: np.ascontiguousarray(array, np.float16) for name, array in arrays.items()}
    content = _sorted(safetensors.numpy.save(halves, metadata.to_header()))
    write_bytes(path, content, overwrite=True)


def _sorted(content: bytes) -> bytes:
    """Sort the header of a safetensors file, whose order is random: same weights, same bytes."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    text = json.dumps(header, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + content[8 + length :]


def _header(content: bytes) -> dict[str, str] | None:
    length = int.from_bytes(content[:8], "little")
    metadata: dict[str, str] | None = json.loads(content[8 : 8 + length]).get("__metadata__")
    return metadata


def _metadata(path: Path, header: dict[str, str] | None) -> WeightsMetadata:
    if not header or header.get("format") != FORMAT:
        found = (header or {}).get("format", "none")
        formats = {"format": found, "wanted": FORMAT}
        raise StyleError(code="weights-of-another-program", path=path, **formats)
    try:
        return WeightsMetadata.from_header(header)
    except ValidationError as error:
        from realstyler.registry.overrides import describe

        reason = describe(error)
        raise StyleError(code="weights-metadata-unfit", path=path, reason=reason) from error
    except (ValueError, RecursionError) as error:
        raise StyleError(code="weights-metadata-damaged", path=path, reason=error) from error


def _check(path: Path, weights: Weights) -> None:
    import numpy as np

    expected = weights.metadata.architecture.parameter_shapes()
    found = {name: array.shape for name, array in weights.arrays.items()}
    problems = [f"{name} is missing" for name in expected.keys() - found.keys()]
    problems += [f"{name} is unknown" for name in found.keys() - expected.keys()]
    for name in sorted(expected.keys() & found.keys()):
        array = weights.arrays[name]
        if array.shape != expected[name]:
            problems.append(f"{name} has shape {array.shape}, expected {expected[name]}")
        elif array.dtype not in (np.float16, np.float32):
            problems.append(f"{name} has dtype {array.dtype}, expected float16 or float32")
        elif not np.isfinite(array).all():
            problems.append(f"{name} is not finite")
    if problems:
        more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
        kind = weights.metadata.architecture.kind
        reason = f"{'; '.join(sorted(problems)[:3])}{more}"
        raise StyleError(code="weights-unfit", path=path, kind=kind, reason=reason)


def _unreadable(path: Path, error: Exception) -> StyleError:
    if isinstance(error, FileNotFoundError):
        return StyleError(code="weights-missing", path=path)
    return StyleError(code="weights-unreadable", path=path, reason=error)
