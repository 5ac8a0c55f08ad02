"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

FULL = TrainingConfig(
    style_size=768,  # keeps the lines a pixel or two wide
    style_weight=0.5,
    steps=430,
    crop_size=192,
    finish_crop_size=256,
    learning_rate=1.2e-3,
    grid_weight=6e9,
    warm_start="mosaic",
)

LIVE = FULL.but(
    network=LiveNetwork(),
    style_weight=0.85,  # above FULL's: the stability terms prefer few, soft strokes
    steps=6010,
    learning_rate=1.5e-3,
    soft_share=0.3,
    stability_share=1.0,
    shift_weight=7e6,
    noise_weight=1.3e7,
    grid_weight=2.5e9,
    frame_weight=3e7,
)
