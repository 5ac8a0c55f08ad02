"""What is shown beside a training, and what ends it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from realstyler.training.callbacks import Plateau, TrainingProgress, progress, readable


@pytest.mark.parametrize(
    ("value", "text"),
    [(851234.5, "8.51e5"), (2.3e12, "2.3e12"), (1234.0, "1.23e3"), (12.3456, "12.3"), (0.0, "0")],
)
def test_losses_are_short(value: float, text: str) -> None:
    """Losses, in the millions as they are, take a few characters."""
    assert readable({"style": value}) == {"style": text}


def lines(shown: Any, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What a training of 4000 steps says on its way."""
    reports: Any = progress(shown)
    trainer: Any = SimpleNamespace(max_steps=4000, global_step=0)
    config = SimpleNamespace(batch_size=2)
    module: Any = SimpleNamespace(latest={"content": 851234.5}, config=config)
    reports.on_train_start(trainer, module)
    for step in range(1, 4001):
        trainer.global_step = step
        reports.on_train_batch_end(trainer, module)
    return capsys.readouterr().err.splitlines()


def test_progress_is_said_in_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Some twenty-five for a log, and two at once, for whoever wonders whether it works."""
    said = lines("bar", capsys)
    assert 25 <= len(said) <= 27
    assert said[0].startswith("step 1/4000  content 8.51e5  ")
    assert re.search(r"pictures/s  0:00:00 left$", said[-1])


def test_progress_is_said_to_programs_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    """With all figures, more often, and nothing but JSON."""
    said = [TrainingProgress(**json.loads(line)) for line in lines("json", capsys)]
    assert [state.step for state in said[:3]] == [1, 10, 20]
    assert (len(said), said[-1].step, said[-1].remaining) == (202, 4000, 0)
    assert said[-1].losses == {"content": 851234.5}


STEPS = 300
LOOKS = range(15, STEPS, 15)


def run(plateau: Plateau, losses: Iterable[float], late: int = STEPS) -> int:
    """Let a run have these losses at its looks; return the step at which it ends."""
    left = iter(losses)
    trainer: Any = SimpleNamespace(
        max_steps=STEPS,
        should_stop=False,
        strategy=SimpleNamespace(reduce_boolean_decision=lambda over, **_: over),
        precision_plugin=SimpleNamespace(forward_context=nullcontext),
    )
    module: Any = SimpleNamespace(
        device="cpu",
        reached=lambda photographs, step: next(left),
        aims=lambda step: (step >= late,),
    )
    for step in range(1, STEPS + 1):
        trainer.global_step = step
        plateau.on_train_batch_end(trainer, module)
        if trainer.should_stop:
            break
    return trainer.global_step


def plateau() -> Plateau:
    """One for so many steps."""
    return Plateau(torch.zeros(6, 3, 8, 8, dtype=torch.uint8), STEPS)


def test_a_loss_that_falls_is_let_fall(capsys: pytest.CaptureFixture[str]) -> None:
    """By one and a half per cent in sixty steps."""
    assert run(plateau(), [0.996**number for number, _ in enumerate(LOOKS)]) == STEPS
    assert not capsys.readouterr().err


def test_a_loss_that_stays_ends_the_training(capsys: pytest.CaptureFixture[str]) -> None:
    """A fifth of the steps after the last gain, and in one line."""
    assert run(plateau(), [1.0, 0.9, 0.895] + [0.9] * len(LOOKS)) == 30 + 60
    error = capsys.readouterr().err
    assert error.startswith("Ends after 90 of 300 steps: nothing was gained since step 30")
    assert error.count("\n") == 1


def test_other_aims_are_given_time() -> None:
    """When further terms begin to count, the loss is another one."""
    assert run(plateau(), [1.0] * 3 + [5.0] * len(LOOKS), late=60) == 60 + 60


def test_a_resumed_run_ends_where_it_would_have_ended() -> None:
    """What was known travels in the checkpoint."""
    first, second = plateau(), plateau()
    first.best, first.best_step, first.aims = 1.0, 30, [False]
    second.load_state_dict(first.state_dict())
    ends = {run(each, [1.0] * len(LOOKS)) for each in (first, second)}
    assert ends == {90}
