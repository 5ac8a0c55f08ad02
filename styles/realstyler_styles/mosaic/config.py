"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

FULL = TrainingConfig(
    style_size=600,  # cells about 20 pixels across
    style_weight=0.25,  # dark leading makes for large Gram matrices; more than 1 loses faces
    steps=1110,
    crop_size=192,
    finish_crop_size=256,
    learning_rate=1.2e-3,
    grid_weight=6e9,
)

LIVE = FULL.but(
    network=LiveNetwork(),
    style_weight=0.4,  # above FULL's: the stability terms prefer few, soft strokes
    steps=3290,
    learning_rate=1.6e-3,
    soft_share=0.3,
    stability_share=1.0,
    shift_weight=9e6,
    noise_weight=1.85e7,
    grid_weight=2e9,
    frame_weight=3e7,
)
