"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

FULL = TrainingConfig(
    style_size=576,  # petals about 40 pixels long, washes with an edge of a pixel or two,
    style_weight=0.5,  # 1.5, where washes count for more, paints smooth areas with dabs
    steps=330,
    crop_size=192,
    finish_crop_size=256,
    learning_rate=1.2e-3,
    grid_weight=6e9,
    warm_start="mosaic",
)

LIVE = FULL.but(network=LiveNetwork(), steps=160, shift_weight=5e7, noise_weight=3e7)
