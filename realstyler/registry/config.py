"""How a style is trained: a validated configuration per network.

Sources of the defaults: Johnson et al. 2016 (layers, Adam, TransformNet); the style weight and the
style size are on the scale of the released models of that paper, for VGG features of pictures in
0..255 minus the mean.
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
"""The layers of VGG-16 that a loss may look at."""

LAYERS: tuple[Layer, ...] = get_args(Layer)
LayerWeights = dict[Layer, float]


NEAREST = "nearest"
"""As a warm start: the trained style whose picture is most like this one's."""


class TrainingConfig(BaseModel):
    """Everything that decides how one network of a style is trained.

    Frozen; unknown fields and values out of range are refused with the field's name. Derive another
    configuration with :meth:`but`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    network: Network = TransformNetwork()
    """Architecture: ``TransformNetwork(width, blocks)`` or ``LiveNetwork(width, blocks, …)``."""

    style_size: int = Field(default=384, ge=32, le=4096)
    """Longer side in pixels to which the style picture is scaled: sets the size of the strokes."""

    content_weight: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    """How much the photograph's content counts."""

    style_weight: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    """How much the style counts: 0.5 is half of what suits most pictures, 2 is double. At 1, and
    for a content weight of 1, untouched photographs have a style loss of one million."""

    tone_weight: float = Field(default=1e5, ge=0, allow_inf_nan=False)
    """How much light and dark areas, averaged over 32 pixels, keep their order: against inverted
    tones and halos."""

    total_variation_weight: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Smoothing; rarely needed."""

    shift_weight: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Shift equivariance, for steady video: ‖f(shift(x)) − shift(f(x))‖² in the last share."""

    noise_weight: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Noise stability, for steady video: ‖f(x + n) − f(x)‖² in the last share."""

    grid_weight: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """A surface without a grid: the power of waves of 2 and 4 pixels in smooth pictures."""

    frame_weight: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Borders without a frame: the power of lines along them in smooth pictures."""

    stability_share: float = Field(default=0.3, ge=0, le=1)
    """Share of the steps, at the end, in which the shift, noise, grid and frame terms count."""

    distillation_weight: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Imitation of the style's full network, ‖f(x) − full(x)‖², in the first share."""

    distillation_share: float = Field(default=0.3, ge=0, le=1)
    """Share of the steps, at the start, in which the imitation counts."""

    content_layers: LayerWeights = {"relu2_2": 1.0}
    """VGG-16 layers that judge the content, each with its weight."""

    style_layers: LayerWeights = {"relu1_2": 0.2, "relu2_2": 0.25, "relu3_3": 0.25, "relu4_3": 0.3}
    """VGG-16 layers whose Gram matrices judge the style, each with its share of the style loss.

    Every layer is divided by its error on untouched photographs, so that these numbers are the
    shares of the layers at the start. Unbalanced, errors differ by five orders of magnitude and
    the deepest layer, which knows large shapes, has no say."""

    tile_share: float = Field(default=0.3, ge=0, le=1)
    """Share of the steps, at the end, in which the style is also judged in each of 3×3 tiles of a
    crop, so that no region stays unpainted."""

    steps: int = Field(default=4000, ge=1, le=10_000_000)
    """Optimizer steps."""

    batch_size: int = Field(default=2, ge=1, le=1024)
    """Photographs per step, over all devices together."""

    crop_size: int = Field(default=256, ge=32, le=2048)
    """Side in pixels of the square crops."""

    finish_crop_size: int = Field(default=384, ge=32, le=2048)
    """Side in pixels of the crops in the last share."""

    finish_share: float = Field(default=0.2, ge=0, le=1)
    """Share of the steps, at the end, that use ``finish_crop_size``."""

    soft_share: float = Field(default=0.3, ge=0, le=1)
    """Share of the crops that are blurred, some slightly, some to hardly more than a gradient, so
    that soft pictures and skies are painted as richly as detailed ones."""

    close_share: float = Field(default=0.3, ge=0, le=1)
    """Share of the crops that are close-ups: cut at full resolution from a large photograph,
    enlarged from a small one. Photographs that are scaled down have less plain ground than those
    that people bring."""

    average_decay: float = Field(default=0.98, ge=0, lt=1)
    """Decay per step of the running average of the weights, which is what is kept."""

    learning_rate: float = Field(default=1e-3, gt=0, le=1, allow_inf_nan=False)
    """Peak of the one-cycle schedule of Adam."""

    gradient_clip: float = Field(default=5.0, gt=0, allow_inf_nan=False)
    """Largest norm of a step's gradient. The losses are in the thousands and more, so nearly every
    step is cut to it: the direction counts, and one odd batch cannot throw the network off."""

    warm_start: str | None = None
    """Begin from another network of the same architecture: the name of its style, a weights file
    (``.safetensors``), looked for from the style's folder first, or ``nearest``, the trained style
    whose picture is most like this one's."""

    start_share: float = Field(default=0.0, ge=0, le=1)
    """Share of the weights that training began with in those that are kept. A half keeps the faces
    that a bold stage loses, and most of its strokes (weight-space ensembles, Wortsman et al. 2022,
    arXiv 2109.01903)."""

    seed: int = Field(default=0, ge=0, lt=2**32)
    """Decides first weights, photographs, crops and noise."""

    stages: tuple[dict[str, Any], ...] = ()
    """Further stages of the training: the fields that change in each, e.g. ``{"steps": 300}``.
    Each stage begins with the weights of the one before."""

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
            pydantic.ValidationError: a field is unknown or its value is refused.
        """
        return self.model_validate({**self.model_dump(), **changes})

    def override(self, assignments: Iterable[str]) -> Self:
        """Return a copy with ``key=value`` assignments applied, e.g. ``network.width=16``.

        Values are read as JSON where they are, otherwise as text; a dot reaches into a field.

        Raises:
            RealstylerError: an assignment is malformed, or names a field or value that is refused.
        """
        from realstyler.registry.overrides import apply

        return apply(self, assignments)
