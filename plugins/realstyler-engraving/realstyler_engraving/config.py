"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

FULL = TrainingConfig(
    style_size=768,  # a line every five pixels
    style_weight=1.2,
    steps=230,
    crop_size=192,
    finish_crop_size=256,
    learning_rate=1.5e-3,
    warm_start="mosaic",
)

LIVE = FULL.but(
    network=LiveNetwork(),
    steps=600,
    shift_weight=3e7,
    noise_weight=3e7,
)
