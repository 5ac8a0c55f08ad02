"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

FULL = TrainingConfig(
    style_size=600,  # cells about 20 pixels across
    style_weight=2.0,
    tone_weight=50000,
    steps=600,
    learning_rate=1.2e-3,
    grid_weight=6e9,
    warm_start="../origin.safetensors",
)

LIVE = FULL.but(
    network=LiveNetwork(),
    style_weight=2.4,  # above FULL's: the stability terms prefer few, soft strokes
    warm_start=None,
    steps=3290,
    learning_rate=1.6e-3,
    stability_share=1.0,
    shift_weight=9e6,
    noise_weight=1.85e7,
    grid_weight=2e9,
    frame_weight=3e7,
)
