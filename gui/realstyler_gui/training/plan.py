"""What a training is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from realstyler.installation import RUN_WEIGHTS

PREVIEWS = 40
"""Previews in a whole training, where it has a number of steps."""


@dataclass(frozen=True)
class Plan:
    """What is trained with which photographs, and in which folder."""

    style: str
    network: str
    data: str
    """Empty: the photographs that come with the program."""
    steps: int
    """0: as many as the style is configured for."""
    folder: str
    photograph: str = ""
    """The user's own, on which previews are painted; empty: none."""
    begin: str = ""
    """Weights to begin with; empty: those that the style is configured for."""
    live: bool = False
    """Whether the live network follows the full one."""
    before: str = ""
    """The folder of the full network's run that this one follows."""

    @property
    def has_checkpoint(self) -> bool:
        """Whether there is something to go on from."""
        return any(Path(self.folder).glob("**/checkpoints/*.ckpt"))

    @property
    def weights(self) -> Path:
        """Where the run leaves what it learned when it ends."""
        return Path(self.folder) / RUN_WEIGHTS

    def arguments(self) -> list[str]:
        """The command line after ``realstyler``; it resumes where it can."""
        return [
            *("train", self.style, "--network", self.network, "--run", self.folder),
            *("--checkpoint-every", "25", "--progress", "json"),
            *(["--data", self.data] if self.data else []),
            *(self._steps() if self.steps else []),
            *(["--preview", self.photograph] if Path(self.photograph).is_file() else []),
            *(["--set", f"warm_start={self.begin}", "--install"] if self.begin else []),
            *(["--resume"] if self.has_checkpoint else []),
        ]

    def _steps(self) -> list[str]:
        every = str(max(1, min(200, self.steps // PREVIEWS)))
        return ["--steps", str(self.steps), "--preview-every", every]

    @property
    def reached(self) -> Path | None:
        """The weights from which a training goes on: the full network's where both were trained."""
        weights = Path(self.before) / RUN_WEIGHTS if self.before else self.weights
        return weights if weights.is_file() else None
