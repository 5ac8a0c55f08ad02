"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

FULL = TrainingConfig(
    style_size=512,  # slabs 60 to 120 pixels long
    style_weight=1.5,
    tone_weight=70000,
    steps=600,
    learning_rate=1.2e-3,
    grid_weight=6e9,
    warm_start="../origin.safetensors",
)

LIVE = FULL.but(
    network=LiveNetwork(),
    style_weight=1.8,  # above FULL's: the stability terms prefer few, soft strokes
    warm_start=None,
    steps=2500,
    learning_rate=1.6e-3,
    stability_share=1.0,
    shift_weight=5e6,
    noise_weight=2.5e6,
    grid_weight=2e9,
    frame_weight=4e7,
)
