"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

FULL = TrainingConfig(
    style_size=512,  # bands about 10 pixels wide
    style_weight=0.6,  # 1.4 loses faces
    steps=570,
    crop_size=192,
    finish_crop_size=256,
    soft_share=0.15,
    learning_rate=1.2e-3,
    grid_weight=6e9,
    warm_start="mosaic",
)

LIVE = FULL.but(
    network=LiveNetwork(),
    style_weight=0.8,  # above FULL's: the stability terms prefer few, soft strokes
    steps=1425,
    learning_rate=1.6e-3,
    soft_share=0.25,
    stability_share=1.0,
    shift_weight=1.4e7,
    noise_weight=6e6,
    grid_weight=2e9,
    frame_weight=1e7,
)
