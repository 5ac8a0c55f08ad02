"""Training configuration of a style: a validated model per network.

Defaults follow Johnson et al. 2016 (layers, Adam, TransformNet); style weight and style size are on
the scale of the models released with that paper, for VGG features of pictures in 0..255 minus the
mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from realstyler.networks.architecture import Network, TransformNetwork

Layer = Literal[
    "relu1_1",
    "relu1_2",
    "relu2_1",
    "relu2_2",
    "relu3_1",
    "relu3_2",
    "relu3_3",
    "relu4_1",
    "relu4_2",
    "relu4_3",
]
"""The VGG-16 layers that a loss may use."""

LAYERS: tuple[Layer, ...] = get_args(Layer)
LayerWeights = dict[Layer, float]


NEAREST = "nearest"
"""As a warm start: the trained style with the most similar picture."""


class TrainingConfig(BaseModel):
    """Everything that determines how one network of a style is trained.

    Frozen; unknown fields and invalid values raise an error that names the field. Use :meth:`but`
    to derive another configuration.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    network: Network = TransformNetwork()
    """Architecture: ``TransformNetwork(width, blocks)`` or ``LiveNetwork(width, blocks, …)``."""

    style_size: int = Field(default=384, ge=32, le=4096)
    """Longer side in pixels to which the style picture is scaled: determines the stroke size."""

    content_weight: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    """Weight of the photograph's content."""

    style_weight: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    """Weight of the style, relative to what suits most pictures: 0.5 is half of it, 2 is double. At
    1, with a content weight of 1, untouched photographs have a style loss of one million."""

    tone_weight: float = Field(default=1e5, ge=0, allow_inf_nan=False)
    """Weight of keeping the order of light and dark areas, averaged over 32 pixels: against
    inverted tones and halos."""

    total_variation_weight: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Weight of total variation (smoothing); rarely needed."""

    shift_weight: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Weight of shift equivariance, for stable video: ‖f(shift(x)) − shift(f(x))‖², in the end."""

    noise_weight: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Weight of noise stability, for stable video: ‖f(x + n) − f(x)‖², in the end."""

    grid_weight: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Weight against grids: the power of waves of 2 and 4 pixels in smooth pictures."""

    frame_weight: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Weight against frames: the power of lines along the borders of smooth pictures."""

    stability_share: float = Field(default=0.3, ge=0, le=1)
    """Share of the steps, at the end, in which the shift, noise, grid and frame terms apply."""

    distillation_weight: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Weight of distillation from the style's full network, ‖f(x) − full(x)‖², at the start."""

    distillation_share: float = Field(default=0.3, ge=0, le=1)
    """Share of the steps, at the start, in which distillation applies."""

    content_layers: LayerWeights = {"relu2_2": 1.0}
    """VGG-16 layers for the content loss, with their weights."""

    style_layers: LayerWeights = {"relu1_2": 0.2, "relu2_2": 0.25, "relu3_3": 0.25, "relu4_3": 0.3}
    """VGG-16 layers whose Gram matrices form the style loss, with their shares.

    Every layer is divided by its error on untouched photographs, so that these numbers are the
    initial shares of the layers. Unbalanced, errors differ by five orders of magnitude and the
    deepest layer, which captures large shapes, has no effect."""

    tile_share: float = Field(default=0.3, ge=0, le=1)
    """Share of the steps, at the end, in which the style is also evaluated in each of 3×3 tiles of
    a crop, so that no region stays unpainted."""

    steps: int = Field(default=4000, ge=1, le=10_000_000)
    """Optimizer steps."""

    batch_size: int = Field(default=2, ge=1, le=1024)
    """Photographs per step, over all devices."""

    crop_size: int = Field(default=256, ge=32, le=2048)
    """Side in pixels of the square crops."""

    finish_crop_size: int = Field(default=384, ge=32, le=2048)
    """Side in pixels of the crops in the last share."""

    finish_share: float = Field(default=0.2, ge=0, le=1)
    """Share of the steps, at the end, that use ``finish_crop_size``."""

    soft_share: float = Field(default=0.3, ge=0, le=1)
    """Share of the crops that are blurred, from slightly to almost a plain gradient, so that soft
    pictures and skies are painted as richly as detailed ones."""

    close_share: float = Field(default=0.3, ge=0, le=1)
    """Share of the crops that are close-ups: cut at full resolution from large photographs, or
    enlarged from small ones. Photographs that are scaled down have fewer plain areas than typical
    input pictures."""

    average_decay: float = Field(default=0.98, ge=0, lt=1)
    """Decay per step of the moving average of the weights, which is what is saved."""

    learning_rate: float = Field(default=1e-3, gt=0, le=1, allow_inf_nan=False)
    """Peak learning rate of the one-cycle schedule, for Adam."""

    gradient_clip: float = Field(default=5.0, gt=0, allow_inf_nan=False)
    """Maximum gradient norm per step. Losses are in the thousands and more, so nearly every step is
    clipped: only the direction counts, and an odd batch can't derail the network."""

    warm_start: str | None = None
    """Network of the same architecture to start from: the name of its style, a weights file
    (``.safetensors``; paths relative to the style's folder are tried first), or ``nearest``, the
    trained style with the most similar picture."""

    start_share: float = Field(default=0.0, ge=0, le=1)
    """Share of the initial weights in the saved ones. One half preserves faces that a bold stage
    loses, and most of its strokes (weight-space ensembles, Wortsman et al. 2022,
    arXiv 2109.01903)."""

    seed: int = Field(default=0, ge=0, lt=2**32)
    """Seed for initial weights, photographs, crops and noise."""

    stages: tuple[dict[str, Any], ...] = ()
    """Further stages of the training: the fields that change in each, e.g. ``{"steps": 300}``. Each
    stage starts with the weights of the previous one."""

    @field_validator("content_layers", "style_layers")
    @classmethod
    def _weights_are_usable(cls, weights: LayerWeights) -> LayerWeights:
        if not weights or any(not 0 <= weight < float("inf") for weight in weights.values()):
            raise ValueError("needs at least one layer, and no negative weight")
        return weights

    @model_validator(mode="after")
    def _something_is_judged(self) -> Self:
        if self.content_weight == 0 and self.style_weight == 0:
            raise ValueError("content_weight and style_weight are both 0: nothing to learn")
        return self

    @model_validator(mode="after")
    def _stages_are_valid(self) -> Self:
        for number, changes in enumerate(self.stages, 2):
            if "stages" in changes or "network" in changes:
                raise ValueError(f"stage {number} may change neither the network nor the stages")
            self.model_validate({**self.model_dump(exclude={"stages"}), **changes})
        return self

    def in_stages(self) -> list[Self]:
        """Return the configuration of each stage, in order; itself if there is only one."""
        first = self.but(stages=())
        return [first, *(first.but(**changes) for changes in self.stages)]

    def but(self, **changes: Any) -> Self:
        """Return a copy with some fields changed, validated again.

        Raises:
            pydantic.ValidationError: a field is unknown or its value invalid.
        """
        return self.model_validate({**self.model_dump(), **changes})

    def override(self, assignments: Iterable[str]) -> Self:
        """Return a copy with ``key=value`` assignments applied, e.g. ``network.width=16``.

        Values are parsed as JSON if possible, otherwise taken as text; dots access nested fields.

        Raises:
            RealstylerError: an assignment is malformed, or names an unknown field or invalid value.
        """
        from realstyler.registry.overrides import apply

        return apply(self, assignments)
