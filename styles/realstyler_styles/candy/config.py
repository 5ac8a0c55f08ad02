"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

FULL = TrainingConfig(
    style_size=512,  # rounds about 60 pixels across
    style_weight=0.16,  # bold and bright: the Gram matrices are large
    steps=580,
    crop_size=192,
    finish_crop_size=256,
    learning_rate=1.2e-3,
    grid_weight=6e9,
    warm_start="mosaic",
)

LIVE = FULL.but(
    network=LiveNetwork(),
    style_weight=0.23,  # a little above FULL's: the stability terms prefer few, soft strokes
    steps=3800,
    learning_rate=1.6e-3,
    soft_share=0.3,
    stability_share=1.0,
    shift_weight=1e7,
    noise_weight=1.2e7,
    grid_weight=2e9,
    frame_weight=4e7,
)
