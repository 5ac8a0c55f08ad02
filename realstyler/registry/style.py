"""A style as seen by the rest of the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from realstyler.errors import StyleError
from realstyler.networks.architecture import LiveNetwork
from realstyler.registry.config import TrainingConfig
from realstyler.registry.weights import NETWORKS, NetworkName, Weights, WeightsMetadata, load
from realstyler.registry.weights import read_metadata as read_weights_metadata

API_VERSION = 1
"""Version of the plugin contract; plugins that require a newer one are not loaded."""

NAME_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
NAME_LENGTH = 32


def _live_default(fields: dict[str, Any]) -> TrainingConfig:
    full: TrainingConfig = fields["full"]
    return full.but(network=LiveNetwork(), distillation_weight=0.0)


class Style(BaseModel):
    """A style: a folder with its picture, training configurations and weights.

    ``name`` is a short ASCII slug, since it is used in file names and callback data. Weights are
    files beside the picture, ``full.safetensors`` and ``live.safetensors``, and are loaded on
    demand.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=NAME_PATTERN, max_length=NAME_LENGTH)
    title: str = Field(min_length=1, max_length=80)
    folder: Path
    full: TrainingConfig = TrainingConfig()
    live: TrainingConfig = Field(default_factory=_live_default)
    picture: str = "style.jpg"
    """File name of the style picture inside the folder."""
    author: str = ""
    license: str = ""
    description: str = ""
    api_version: int = Field(default=API_VERSION, ge=1, le=API_VERSION)

    @model_validator(mode="before")
    @classmethod
    def _version_comes_first(cls, fields: Any) -> Any:
        """Reject a newer contract by its version, not by the fields that it added."""
        version = fields.get("api_version", API_VERSION) if isinstance(fields, dict) else 0
        if isinstance(version, int) and version > API_VERSION:
            raise ValueError(f"it requires plugin API {version}, this realstyler has {API_VERSION}")
        return fields

    @property
    def picture_path(self) -> Path:
        """Path of the style picture; the file may be missing."""
        return self.folder / self.picture

    def training(self, network: NetworkName) -> TrainingConfig:
        """Return the training configuration of one network."""
        return self.full if network == "full" else self.live

    def weights_path(self, network: NetworkName) -> Path:
        """Return the path of a network's weights, which may not exist yet."""
        return self.folder / f"{network}.safetensors"

    @property
    def networks(self) -> tuple[NetworkName, ...]:
        """The networks that have a weights file, without reading it."""
        return tuple(name for name in NETWORKS if self.weights_path(name).is_file())

    @property
    def trained(self) -> bool:
        """Whether at least one network has weights."""
        return bool(self.networks)

    def load_weights(self, network: NetworkName) -> Weights:
        """Read and validate the weights of one network.

        Raises:
            StyleError: untrained, or the file is damaged or belongs to another style or network.
        """
        path = self.weights_path(network)
        self._require(network)
        weights = load(path)
        found = (weights.metadata.style, weights.metadata.network)
        if found != (self.name, network):
            wanted = {"style": self.name, "network": network}
            other = {"other_style": found[0], "other_network": found[1]}
            raise StyleError(code="weights-of-another-style", path=path, **wanted, **other)
        return weights

    def read_metadata(self, network: NetworkName) -> WeightsMetadata:
        """Read only the metadata of a weights file.

        Raises:
            StyleError: untrained, or the file is damaged.
        """
        self._require(network)
        return read_weights_metadata(self.weights_path(network))

    def _require(self, network: NetworkName) -> None:
        if network in self.networks:
            return
        flag = "" if network == "full" else f" --network {network}"
        about = {"style": self.name, "network": network, "flag": flag}
        if self.networks:
            raise StyleError(code="network-untrained", other=self.networks[0], **about)
        raise StyleError(code="style-untrained", **about)
