"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

# Begun from linocut's broad, clean network, as what began from the common one stayed fine.
FULL = TrainingConfig(
    style_size=576,  # outlines three to four pixels wide
    style_layers={"relu1_2": 0.1, "relu2_2": 0.25, "relu3_3": 0.3, "relu4_3": 0.35},
    style_weight=2.0,
    tone_weight=70000,
    steps=250,
    learning_rate=1.5e-3,
    grid_weight=2e10,
    warm_start="linocut",
    stages=(  # for faces
        {"steps": 220, "learning_rate": 1.2e-3, "style_weight": 0.9, "tone_weight": 100000},
    ),
)

LIVE = FULL.but(
    network=LiveNetwork(),
    # Then from the full network of before this one, and from this one.
    stages=({"steps": 200}, {"steps": 200}),
    style_layers={"relu1_2": 0.2, "relu2_2": 0.25, "relu3_3": 0.25, "relu4_3": 0.3},
    style_weight=1.8,  # above FULL's: the stability terms prefer few, soft strokes
    steps=300,
    finish_crop_size=256,
    learning_rate=1.6e-3,
    distillation_weight=300,
    distillation_share=0.6,
    stability_share=1.0,
    shift_weight=4e6,
    noise_weight=5e6,
    grid_weight=2e9,
    frame_weight=3e7,
    warm_start="../origin-live.safetensors",
)
