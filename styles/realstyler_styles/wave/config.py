"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

FULL = TrainingConfig(
    style_size=576,  # outlines three to four pixels wide
    style_weight=1.5,
    tone_weight=70000,
    steps=450,
    learning_rate=1.2e-3,
    grid_weight=6e9,
    warm_start="../origin.safetensors",
)

LIVE = FULL.but(
    network=LiveNetwork(),
    style_weight=1.8,  # above FULL's: the stability terms prefer few, soft strokes
    warm_start=None,
    steps=2475,
    learning_rate=1.6e-3,
    stability_share=1.0,
    shift_weight=1.4e7,
    noise_weight=1.1e7,
    grid_weight=1.5e10,
    frame_weight=2e7,
)
