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
    steps=2100,
    learning_rate=1.6e-3,
    soft_share=0.5,
    stability_share=0.9,
    shift_weight=2.2e7,
    noise_weight=2.5e7,
    grid_weight=3e9,
)
