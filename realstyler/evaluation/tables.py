"""Evaluation tables as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from realstyler.evaluation.grid import Peak
from realstyler.evaluation.optimization import Start
from realstyler.evaluation.report import Report, Verdict


@dataclass(frozen=True)
class Section:
    """A table with one line per network."""

    title: str
    explanation: str
    header: list[str]
    rows: list[list[str]]


def sections(report: Report) -> list[Section]:
    """Arrange the report in tables by subject."""
    return [
        _section(report, "Perceptual loss", _losses_explained(report), _losses(report)),
        _section(report, "Style and content", LIKENESS, _likeness),
        _section(report, "Surface", SURFACE, _surface),
        _section(report, "Grid and frame, on smooth gradients", REGULARITY, _regularity),
        _section(report, "Stability", STABILITY, _stability),
    ]


LIKENESS = (
    "Gram distance by layer: 0 the style itself, 1 the photograph. COLOURS: share that the style "
    "picture lacks (of the photograph). SSIM: 1 the photograph's luminance. CONTENT: distance at "
    "relu3_3; PATCHES: of self-similarity; 0 the photograph"
)
SURFACE = (
    "DEAD AREA: share with almost no contrast. FLAT CONTRAST: levels where the photograph is "
    "plain (of the style picture). TONE ORDER: 1 light and dark as in the photograph, -1 inverted. "
    "HALO: levels by which plain areas change beside edges"
)
REGULARITY = (
    "Strongest wave of 2 and 4 pixels, and step at the border, in levels of 255; in brackets how "
    "many times stronger than its neighbours: up to about 2 is chance"
)
STABILITY = (
    "Difference that remains after undoing a motion, RMS on the scale 0…1: shifts in pixels, "
    "turns, zooms. NOISE: how many times the painting amplifies camera noise"
)

BEGINNINGS: dict[Start, str] = {"photograph": "the photograph itself", "noise": "noise"}

Cells = dict[str, str]
Line = Callable[[Verdict], Cells]


def _section(report: Report, title: str, explanation: str, line: Line) -> Section:
    cells = [line(verdict) for verdict in report.verdicts]
    # Styles may use different layers, each with its own column.
    header = list(dict.fromkeys(name for row in cells for name in row))
    rows = [
        [verdict.style, verdict.network, *(row.get(name, "-") for name in header)]
        for verdict, row in zip(report.verdicts, cells, strict=True)
    ]
    return Section(title, explanation, ["STYLE", "NETWORK", *header], rows)


def _losses_explained(report: Report) -> str:
    count = len(report.verdicts[0].photographs)
    explanation = f"Mean of {_photographs(count)} at up to {report.size} pixels"
    if optimized := len(report.verdicts[0].optimization):
        explanation += (
            f". On {_photographs(optimized)} at {report.optimization_size} pixels, against "
            f"{report.iterations} iterations of direct optimization of {BEGINNINGS[report.start]}: "
            "ITERATIONS to be as good (median), GAP CLOSED between the photograph and "
            "its result (mean)"
        )
    return explanation


def _photographs(count: int) -> str:
    return f"{count} photograph{'' if count == 1 else 's'}"


def _losses(report: Report) -> Line:
    def line(verdict: Verdict) -> Cells:
        losses = verdict.mean.losses.items()
        cells = {f"{name.upper().replace('_', ' ')} LOSS": f"{loss:.3g}" for name, loss in losses}
        cells["ABOVE FULL"] = _percent(verdict.loss_above_full)
        cells["STYLE ABOVE FULL"] = _percent(verdict.style_loss_above_full)
        if verdict.gap_closed is not None:
            equivalent = verdict.equivalent_iterations
            cells["ITERATIONS"] = f">{report.iterations}" if equivalent is None else f"{equivalent}"
            cells["GAP CLOSED"] = f"{verdict.gap_closed:.3f}"
        return cells

    return line


def _likeness(verdict: Verdict) -> Cells:
    mean = verdict.mean
    return {
        **{layer: f"{distance:.3f}" for layer, distance in mean.style_distances.items()},
        "COLOURS": f"{mean.color_distance:.2f} ({mean.photograph_color_distance:.2f})",
        "SSIM": f"{mean.structural_similarity:.3f}",
        "CONTENT": f"{mean.feature_distance:.3f}",
        "PATCHES": f"{mean.self_similarity_distance:.3f}",
    }


def _surface(verdict: Verdict) -> Cells:
    mean = verdict.mean
    return {
        "DEAD AREA": f"{mean.dead_area:.1%}",
        "FLAT CONTRAST": f"{_levels(mean.flat_contrast)} ({mean.style_contrast:.1f})",
        "TONE ORDER": f"{mean.tone_order:.2f}",
        "HALO": _levels(mean.halo),
    }


def _levels(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _regularity(verdict: Verdict) -> Cells:
    waves = {f"{period} PIXELS": _peak(peak) for period, peak in verdict.waves.items()}
    return {**waves, "FRAME": _peak(verdict.frame)}


def _stability(verdict: Verdict) -> Cells:
    changes = {
        name.removeprefix("shift ").removeprefix("turn ").replace("zoom ", "×"): f"{change:.3f}"
        for name, change in verdict.stability.changes.items()
    }
    return {**changes, "NOISE": f"{verdict.stability.noise_gain:.2f}"}


def _peak(peak: Peak) -> str:
    return f"{peak.amplitude:.2f} ({peak.prominence:.1f}×)"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:+.1%}"
