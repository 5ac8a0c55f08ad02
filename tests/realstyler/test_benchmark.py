"""The benchmark: its arithmetic, its subjects and one complete, small run."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realstyler.benchmark import BenchmarkPlan, BenchmarkRunner, History
from realstyler.benchmark.history import NOTICEABLE
from realstyler.benchmark.machine import describe
from realstyler.benchmark.measuring import (
    EQUAL,
    Record,
    psnr,
    rotated,
    take_turn,
    times_faster,
)
from realstyler.benchmark.processes import Child, peak_bytes, run_process
from realstyler.benchmark.report import Report, Row
from realstyler.benchmark.runner import SizeRunner
from realstyler.benchmark.scene import scene
from realstyler.benchmark.subjects import (
    COMPETITOR,
    EngineName,
    Subject,
    missing,
    open_subject,
)
from realstyler.cli import main
from realstyler.errors import InputError, RealstylerError, StyleError, UsageError
from realstyler.registry.weights import NETWORKS, NetworkName

TINY = (64, 48)
ROW_KEYS = {
    *("subject", "network", "width", "height", "count", "median_seconds", "p95_seconds"),
    *("peak_bytes", "times_faster", "psnr", "cpu_seconds", "error"),
}


def clock_of(durations: list[float]) -> Callable[[], float]:
    """A clock on which each piece of work takes the next of these durations."""
    ticks: Iterator[float] = chain.from_iterable((0.0, seconds) for seconds in durations)
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += next(ticks)
        return now

    return clock


def need(engine: EngineName) -> None:
    """Skip a test whose engine is not installed."""
    if missing(engine):
        pytest.skip(f"{engine} needs {', '.join(missing(engine))}")


def test_a_slow_subject_paints_once_in_a_turn() -> None:
    """A single picture that takes longer than the turn is counted."""
    assert take_turn(lambda: None, 0.5, clock_of([2.0])) == [2.0]


def test_a_fast_subject_fills_its_turn_and_drops_the_first() -> None:
    """The first of several repetitions had cold caches and is dropped."""
    times = take_turn(lambda: None, 1.0, clock_of([0.5, 0.25, 0.125, 0.25, 9.0]))
    assert times == [0.25, 0.125, 0.25]


def test_every_time_counts_work() -> None:
    """The work is repeated as often as the clock was read, not more."""
    done: list[None] = []
    times = take_turn(lambda: done.append(None), 1.0, clock_of([0.25] * 4))
    assert (len(done), len(times)) == (4, 3)


def test_median_and_tail_are_of_all_turns() -> None:
    """Turns are pooled for the median and the 95th percentile."""
    record = Record(turns=[[1.0, 2.0, 3.0], [4.0, 100.0]])
    assert record.median == 3.0
    assert record.p95 == pytest.approx(4.0 + 0.8 * 96.0)


@given(
    ratio=st.floats(0.01, 100),
    slowdowns=st.lists(st.floats(0.1, 50), min_size=1, max_size=9),
)
def test_ratios_survive_a_noisy_machine(ratio: float, slowdowns: list[float]) -> None:
    """Whatever slows down a whole round cancels out of the ratio."""
    reference = Record(turns=[[ratio * slowdown] for slowdown in slowdowns])
    subject = Record(turns=[[slowdown] * 3 for slowdown in slowdowns])
    assert times_faster(subject, reference) == pytest.approx(ratio)
    assert times_faster(reference, reference) == 1.0


@given(count=st.integers(1, 9), number=st.integers(0, 30))
def test_every_round_has_everyone_once(count: int, number: int) -> None:
    """Each round starts with another subject, and includes all."""
    order = rotated(range(count), number)
    assert sorted(order) == list(range(count))
    assert order[0] == number % count


def test_failures_are_noted_on_one_line() -> None:
    """A subject that raises an error is out; the reason is kept without a traceback."""
    ours, foreign = Record(), Record()
    with ours.attempt():
        raise InputError(code="process-killed")
    with foreign.attempt():
        raise ValueError("first\nsecond")
    said = "its process was killed; it may need more memory"
    assert (ours.error, foreign.error) == (said, "ValueError: first")


def test_psnr_of_a_known_difference() -> None:
    """A difference of one level is 48.13 dB; levels don't wrap; equal pictures are capped."""
    dark = np.zeros((4, 4, 3), np.uint8)
    assert psnr(dark, dark + 1) == pytest.approx(48.1308, abs=1e-3)
    assert psnr(dark + 1, dark) == psnr(dark, dark + 1)
    assert psnr(dark, dark + 255) == 0.0
    assert psnr(dark, dark) == EQUAL


@given(width=st.integers(8, 90), height=st.integers(8, 90))
def test_scenes_have_content_and_repeat(width: int, height: int) -> None:
    """The picture is not constant, and the same on every machine."""
    picture = scene(height, width)
    assert (picture.shape, picture.dtype) == ((height, width, 3), np.uint8)
    assert picture.std() > 15
    assert np.array_equal(picture, scene(height, width))


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("engine", ["openvino", "openvino-float32", "onnxruntime"])
@pytest.mark.usefixtures("painted")
def test_engines_paint_what_torch_paints(engine: EngineName, network: NetworkName) -> None:
    """No engine is fast by being wrong: each agrees with eager torch on random weights."""
    need("torch")
    need(engine)
    picture = scene(52, 76)
    reference = open_subject(Subject("torch", "painted", network))(picture)
    painted = open_subject(Subject(engine, "painted", network))(picture)
    assert (painted.shape, painted.dtype) == (picture.shape, np.uint8)
    assert reference.std() > 5
    assert psnr(painted, reference) > (35 if engine == "openvino" else 55)


def test_the_competitor_paints_at_the_full_size() -> None:
    """By default the competitor would shrink pictures above 1024 pixels and seem faster."""
    need(COMPETITOR)
    picture = scene(40, 1100)
    painted = open_subject(Subject(COMPETITOR, "any", None))(picture)
    assert (painted.shape, painted.dtype) == (picture.shape, np.uint8)
    assert not np.array_equal(painted, picture)


def die() -> None:
    """Kill this process like the system does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def hold(size: int) -> int | None:
    """Hold memory for a moment and return the peak."""
    np.ones(size, np.uint8)
    return peak_bytes()


def test_a_killed_process_is_an_error_with_a_reason() -> None:
    """If a subject is killed, the benchmark reports it in one line."""
    with Child() as child, pytest.raises(InputError, match="was killed"):
        child.call(die)


def test_peak_memory_is_that_of_the_child() -> None:
    """A child's peak grows by what it allocated, and does not include its parent's."""
    ballast = np.ones(300 * 2**20, np.uint8)
    with Child() as child:
        before = child.call(peak_bytes)
        if before is None:
            pytest.skip("this system does not tell the peak memory")
        after = child.call(hold, 200 * 2**20)
    assert before < ballast.nbytes
    assert after is not None
    assert 190 * 2**20 < after - before < 260 * 2**20


def test_an_interrupt_ends_children_in_silence(capfd: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C reaches the children too; even one that is just starting prints no traceback."""
    with Child() as child:
        [process] = child._pool._processes.values()
        assert process.pid is not None
        os.kill(process.pid, signal.SIGINT)
        with pytest.raises(InputError, match="was killed"):
            child.call(peak_bytes)
    assert capfd.readouterr().err == ""


def test_whole_processes_are_measured(tmp_path: Path) -> None:
    """Time, CPU time and memory are the command's; one that fails gives the reason."""
    import sys

    python = [sys.executable, "-m"]
    outcome = run_process([*python, "json.tool", "--help"])
    assert outcome.seconds > 0
    if sys.platform != "win32":
        assert outcome.cpu_seconds is not None
        assert outcome.cpu_seconds > 0
        assert outcome.peak_bytes is not None
        assert outcome.peak_bytes > 2**20
    with pytest.raises(InputError, match=r"json.tool failed.*absent"):
        run_process([*python, "json.tool", str(tmp_path / "absent")])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"engines": ("abacus",)}, "there is no engine 'abacus'"),
        ({"engines": ()}, "nothing to measure"),
        ({"sizes": ((642, 480),)}, "642x480"),
        ({"sizes": ((16, 16),)}, "16x16"),
        ({"sizes": ()}, "nothing to measure"),
        ({"rounds": 0}, "nothing to measure"),
    ],
)
def test_wrong_plans_are_refused(wrong: dict[str, object], said: str) -> None:
    """An impossible plan is rejected before anything starts."""
    with pytest.raises(UsageError, match=said):
        replace(BenchmarkPlan("painted"), **wrong)


def test_large_pictures_have_few_rounds() -> None:
    """12 MP takes long, so it has at most three rounds."""
    plan = BenchmarkPlan("painted", rounds=7)
    assert [plan.rounds_of(size) for size in ((1920, 1080), (4000, 3000))] == [7, 3]


@pytest.mark.usefixtures("drop_ins")
def test_an_untrained_style_is_refused(drop_ins: Path) -> None:
    """Without weights there is nothing to measure; the error says how to train some."""
    from support import add_style

    add_style(drop_ins, "blank", trained=False)
    with pytest.raises(StyleError, match="realstyler train blank"):
        BenchmarkRunner(BenchmarkPlan("blank"))
    with pytest.raises(RealstylerError, match="nowhere"):
        BenchmarkRunner(BenchmarkPlan("nowhere"))


def test_a_failed_subject_does_not_stop_the_others(tmp_path: Path, painted: Path) -> None:
    """Weights damaged after the start cost only one row, with the reason."""
    (painted / "live.safetensors").write_bytes(b"damaged")
    subjects = [Subject("openvino-float32", "painted", network) for network in NETWORKS]
    with SizeRunner(TINY, subjects, 0.0, tmp_path) as runner:
        for subject in subjects * 2:
            runner.take_turn(subject)
    full, live = (runner.records[subject] for subject in subjects)
    assert (len(full.turns), full.error) == (2, None)
    assert live.turns == []
    assert "live.safetensors" in str(live.error)
    assert list(runner.paintings) == subjects[:1]


def test_tables_show_failures_and_disagreement() -> None:
    """A subject without times has dashes; a wrong picture and a failure are warnings."""
    good, failed = Record(turns=[[0.01]] * 3, peak_bytes=2**20), Record(error="killed")
    reference = {"torch": Record(turns=[[0.04]] * 3)}
    report = Report(
        machine=describe(),
        style="painted",
        threads=None,
        rounds=3,
        reference="torch",
        missing={"onnxruntime": ("onnx",)},
        frames=(
            Row.of("openvino", "full", TINY, good, reference, psnr=12.0),
            Row.of("gpu", "full", TINY, failed, reference),
        ),
        processes=(),
    )
    header, [works, broken] = report.frame_table()
    assert dict(zip(header, works, strict=True)) == {
        "SIZE": "64×48",
        "NETWORK": "full",
        "ENGINE": "openvino",
        "MEDIAN": "10.0 ms",
        "P95": "10.0 ms",
        "FPS": "100",
        "MEMORY": "1 MiB",
        "× torch": "4.00",
        "dB TO torch": "12.0",
    }
    assert set(broken[3:]) == {"-"}
    alone = replace(report, reference=None)
    header, lines = alone.frame_table()
    assert header[-1] == "× torch"  # and no column of what nothing is compared with
    assert {len(line) for line in lines} == {len(header)}
    warnings = list(report.warnings())
    assert len(warnings) == 3
    assert "missing onnx" in warnings[0]
    assert "a different picture than torch" in warnings[1]
    assert "killed" in warnings[2]
    assert report.failed


def report_of(seconds: float, reference_seconds: float | None, style: str = "painted") -> Report:
    """A run of one engine, beside another one or alone."""
    record = Record(turns=[[seconds]] * 3)
    references = {"torch": Record(turns=[[reference_seconds]] * 3)} if reference_seconds else {}
    row = Row.of("openvino", "live", TINY, record, references)
    return Report(describe(), style, None, 3, None, {}, frames=(row,), processes=())


@given(st.floats(0.5, 3), st.floats(0.2, 5))
def test_a_loss_of_speed_is_noticed(tmp_path_factory: Any, factor: float, load: float) -> None:
    """By ratios to what was measured beside it, whatever the load; not within the noise."""
    path = tmp_path_factory.mktemp("history") / "bench.jsonl"
    assert History(path).add(report_of(0.02, 0.1), date(2026, 1, 2)) == []
    losses = History(path).add(report_of(0.02 * factor * load, 0.1 * load), date(2026, 1, 3))
    assert bool(losses) == (factor >= NOTICEABLE) or factor == pytest.approx(NOTICEABLE)
    if losses:
        (loss,) = losses
        assert (loss.title, loss.reference) == ("openvino live 64×48", "torch")
        assert (loss.factor, loss.since) == (pytest.approx(factor), "2026-01-02")


def test_history_compares_like_with_like(tmp_path: Path) -> None:
    """Other styles and foreign lines are passed over; alone, times are compared."""
    path = tmp_path / "bench.jsonl"
    path.write_text('not ours\n{"machine": 3}\n[]\n')
    days = [date(2026, 1, day) for day in range(1, 5)]
    History(path).add(report_of(0.02, None), days[0])
    assert History(path).add(report_of(0.2, None, "other"), days[1]) == []
    (loss,) = History(path).add(report_of(0.03, 0.1), days[2])
    assert (loss.factor, loss.reference) == (pytest.approx(1.5), None)
    assert History(path).add(report_of(0.03, 0.1), days[3]) == []
    assert path.read_text().startswith("not ours\n")
    assert path.read_text().count("\n") == 7


def test_a_history_that_cannot_be_kept_is_refused_first(
    painted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is measured, in one line."""
    arguments = ["bench", "-s", painted.name, "--history", str(tmp_path)]
    assert main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.fixture
def document(
    painted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> dict[str, object]:
    """The output of a small run with --json; it takes a few processes."""
    engines = ["openvino-float32", *(() if missing("onnxruntime") else ("onnxruntime",))]
    history = tmp_path / "bench.jsonl"
    arguments = ["bench", "-s", painted.name, "--quick", "--sizes", "64x48", "--rounds", "1"]
    code = main(
        [
            *arguments,
            "--engines",
            ",".join(engines),
            "--threads",
            "1",
            "--json",
            "--history",
            str(history),
        ]
    )
    assert code == 0
    assert json.loads(history.read_text())["style"] == "painted"
    result: dict[str, object] = json.loads(capsys.readouterr().out)
    return result


def test_a_whole_run_prints_one_document(document: dict[str, object]) -> None:
    """Every engine has a row for each network, with time, memory and agreement."""
    assert set(document) == {
        *("machine", "style", "threads", "rounds", "reference", "missing", "frames", "processes")
    }
    assert (document["style"], document["threads"], document["rounds"]) == ("painted", 1, 1)
    frames, whole = document["frames"], document["processes"]
    assert isinstance(frames, list)
    assert isinstance(whole, list)
    assert all(set(row) == ROW_KEYS and row["error"] is None for row in (*frames, *whole))
    assert {row["network"] for row in frames} == set(NETWORKS)
    for row in frames:
        assert (row["width"], row["height"]) == TINY
        assert 0 < row["median_seconds"] <= row["p95_seconds"]
        assert row["psnr"] == EQUAL if row["subject"] == document["reference"] else row["psnr"] > 50
    assert [(row["subject"], row["network"], row["count"]) for row in whole] == [
        ("realstyler stylize", "full", 1),
        ("realstyler stylize", "live", 1),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sizes", "large"], "'large' is not a size"),
        (["--engines", "abacus"], "no engine 'abacus'"),
        (["-s", "nowhere"], "nowhere"),
    ],
)
def test_wrong_use_is_one_line(
    arguments: list[str], said: str, painted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An invalid option exits with code 2 and one line that names it."""
    assert painted.is_dir()
    assert main(["bench", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_the_clock_of_these_tests() -> None:
    """The fake clock advances by the given seconds between two readings."""
    clock = clock_of([1.0, 2.0])
    assert [clock() for _ in repeat(None, 4)] == [0.0, 1.0, 1.0, 3.0]
