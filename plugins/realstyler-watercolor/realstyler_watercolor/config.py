"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

FULL = TrainingConfig(
    style_size=512,  # petals about 40 pixels long, washes with an edge of a pixel or two,
    style_weight=4.0,  # washes are soft: their Gram matrices are small
    steps=600,
    crop_size=192,
    finish_crop_size=256,
    learning_rate=1.2e-3,
    warm_start="mosaic",
)

LIVE = FULL.but(
    network=LiveNetwork(),
    shift_weight=3e7,
    noise_weight=3e7,
)
