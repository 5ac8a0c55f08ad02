"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

FULL = TrainingConfig(
    style_size=640,  # strokes about 20 pixels long
    style_weight=1.5,
    tone_weight=70000,
    steps=320,
    learning_rate=1.2e-3,
    grid_weight=6e9,
    warm_start="../origin.safetensors",
    stages=(
        {"steps": 300, "learning_rate": 1e-3, "grid_weight": 1e10},
        {  # large shapes
            "steps": 400,
            "learning_rate": 1.2e-3,
            "grid_weight": 1e10,
            "style_weight": 1.4,
            "tone_weight": 70000,
            "style_layers": {"relu1_2": 0.15, "relu2_2": 0.2, "relu3_3": 0.25, "relu4_3": 0.4},
            "start_share": 0.5,
        },
    ),
)

LIVE = FULL.but(
    network=LiveNetwork(),
    stages=({"steps": 200},),  # from the new full network
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
