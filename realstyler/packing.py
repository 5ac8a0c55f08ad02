"""From a style package to a wheel that is fit to share: ``realstyler pack``.

What is checked is the wheel itself, unpacked beside nothing else and loaded in a process of its
own: a file that did not make it into the wheel is noticed here and not by its first user.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PathDistribution
from pathlib import Path

from realstyler import style_files
from realstyler.errors import InputError, OutputError, RealstylerError, UsageError, needing
from realstyler.files import make_folder, replacing
from realstyler.registry import Style, find_style, registry
from realstyler.registry.candidates import DROP_INS, GROUP, ONLY
from realstyler.registry.weights import NetworkName

LARGEST_WHEEL = 100 * 10**6
"""Bytes; package indexes take no larger files."""

PATIENCE = 300
"""Seconds after which a package that is still loading or painting is given up."""

FIELDS = {
    "Summary": "description",
    "Author": "authors",
    "License-Expression": "license",
    "Requires-Python": "requires-python",
    "Description-Content-Type": "readme",
}
"""Metadata that whoever installs the package wants to know, and where pyproject sets it."""


@dataclass(frozen=True)
class Packed:
    """A wheel that is fit to share."""

    wheel: Path
    size: int
    """Bytes."""
    styles: dict[str, list[str]]
    """Each style, with the networks that were tried."""
    files: list[Path]
    """The style files: each trained style as one file without code."""


@dataclass(frozen=True)
class Findings:
    """What came out when the wheel was tried."""

    problems: list[str]
    styles: dict[str, list[str]]


def find_project(wanted: str) -> Path:
    """Return the folder of a package's pyproject.toml, from a folder or the name of a style.

    Raises:
        UsageError: there is no package, or the style is installed without its project.
    """
    folder = Path(wanted)
    if not folder.is_dir():
        folder = find_style(wanted).folder.resolve()  # an adopted style is a link to its package
    for candidate in (folder, folder.parent):
        if (candidate / "pyproject.toml").is_file():
            return candidate.resolve()
    raise UsageError(code="project-missing", folder=folder)


def pack(
    project: Path, output: Path | None = None, *, force: bool = False, untrained: bool = False
) -> Packed:
    """Build the wheel of a style package, check it, and put it into ``output``.

    Args:
        project: the folder of the pyproject.toml.
        output: where the wheel goes, ``dist`` in the project by default; made if it is missing.
        force: overwrite a wheel of the same name.
        untrained: let styles without weights pass.

    Raises:
        UsageError: what builds packages is not installed, or the wheel is there already.
        InputError: the package is not fit to share; names everything that is missing.
    """
    with tempfile.TemporaryDirectory() as scratch:
        wheel = _build(project, Path(scratch))
        target = (output or project / "dist") / wheel.name
        if target.exists() and not force:
            raise UsageError(code="package-exists", target=target)
        content = Path(scratch, "content")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(content)
        shared = Path(scratch, "shared")
        shared.mkdir()
        findings = _try(content, untrained, shared)
        problems = [*_metadata_problems(content), *findings.problems]
        if wheel.stat().st_size > LARGEST_WHEEL:
            problems.append(f"the wheel has {wheel.stat().st_size / 1e6:.0f} MB, 100 are the limit")
        if problems:
            raise InputError(
                code="package-unfit", package=project.name, problems="; ".join(problems)
            )
        files = sorted(shared.iterdir())
        for one in (wheel, *files):
            _publish(one, target.with_name(one.name), force)
    published = [target.with_name(one.name) for one in files]
    return Packed(target, target.stat().st_size, findings.styles, published)


def pack_style(style: Style, output: Path | None = None, *, force: bool = False) -> Path:
    """Make the style file of a style that has no package around it, in ``output`` or here.

    Raises:
        InputError: the style is not fit to share.
        UsageError: the file is there already.
        OutputError: it cannot be written.
    """
    problems = list(_style_problems(style, untrained=False))
    if problems:
        raise InputError(code="style-unfit", style=style.name, problems="; ".join(problems))
    folder = output or Path()
    make_folder(folder)
    return style_files.write(style, folder / f"{style.name}{style_files.SUFFIX}", overwrite=force)


def examine(untrained: bool, shared: Path, license_file: Path | None = None) -> Findings:
    """Load and try every style that the registry of this process has, and make its style file.

    Args:
        untrained: let styles without weights pass.
        shared: the folder that the style files go to.
        license_file: the text of the package's licence, which goes into them.
    """
    found = registry()
    problems = [f"{failure.name}: {failure.reason}" for failure in found.failures]
    if not found.styles and not problems:
        problems.append(f"it registers no style: pyproject needs an entry point of group {GROUP}")
    for style in found.styles.values():
        found_here = [f"{style.name}: {one}" for one in _style_problems(style, untrained)]
        problems += found_here
        if style.trained and not found_here:
            target = shared / f"{style.name}{style_files.SUFFIX}"
            style_files.write(style, target, license_file=license_file)
    return Findings(problems, {name: list(s.networks) for name, s in found.styles.items()})


def _style_problems(style: Style, untrained: bool) -> Iterator[str]:
    for fact in ("author", "license"):
        if not getattr(style, fact):
            yield f"its hook names no {fact}"
    try:
        from realstyler.scaffold import style_picture

        style_picture(style.picture_path)
    except RealstylerError as error:
        yield error.what
    if not style.trained and not untrained:
        yield f"untrained, `realstyler train {style.name} --data PHOTOS` trains it"
    for network in style.networks:
        try:
            _paint(style, network)
        except RealstylerError as error:
            yield error.what


def _paint(style: Style, network: NetworkName) -> None:
    """Paint a test picture: stripes and noise."""
    import numpy as np

    from realstyler.engine import Stylizer

    rows, columns = np.mgrid[:96, :128]
    stripes = 128 + 90 * np.sin(rows / 7 + columns / 11)
    noise = np.random.default_rng(0).normal(0, 20, (96, 128, 3))
    picture = np.clip(stripes[..., None] + noise, 0, 255).astype(np.uint8)
    painted = Stylizer(style, network=network).stylize(picture)
    if np.asarray(painted).shape != picture.shape or not np.ptp(painted):
        raise InputError(code="network-paints-nothing", network=network)


def _build(project: Path, folder: Path) -> Path:
    with needing("pack"):
        from build import BuildBackendException, BuildException, ProjectBuilder
        from pyproject_hooks import quiet_subprocess_runner
    try:
        builder = ProjectBuilder(project, runner=quiet_subprocess_runner)
        missing = [requirement[-1] for requirement in builder.check_dependencies("wheel")]
        if missing:
            needed = ", ".join(missing)
            raise UsageError(
                code="package-needs", package=project.name, needed=needed, first=missing[0]
            )
        return Path(builder.build("wheel", folder))
    except (BuildBackendException, BuildException) as error:
        raise InputError(
            code="package-unbuildable", package=project.name, reason=_reason(error)
        ) from error


def _reason(error: Exception) -> str:
    """The last line that the build backend said: there it tells what is wrong."""
    output = getattr(getattr(error, "exception", None), "output", None)
    text = output.decode(errors="replace") if isinstance(output, bytes) else str(error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


def _distribution(content: Path) -> PathDistribution:
    return PathDistribution(next(content.glob("*.dist-info")))


def _metadata_problems(content: Path) -> Iterator[str]:
    metadata = _distribution(content).metadata
    for field, name in FIELDS.items():
        # An author with an address is in a field of its own.
        if not metadata[field] and not (field == "Author" and metadata["Author-email"]):
            yield f"pyproject names no {name}"
    if not metadata.get_all("License-File"):
        yield "there is no LICENSE file"
    yield from _license_contradictions(content, metadata["License-Expression"] or "")


def _license_files(content: Path) -> Iterator[Path]:
    yield from sorted(content.glob("*.dist-info/licenses/**/LICENSE*"))


def _license_contradictions(content: Path, expression: str) -> Iterator[str]:
    """Find texts that take back what the licence field gives."""
    reserved = "all rights reserved"
    for text in _license_files(content):
        # The licences of the BSD family do hold these words.
        if expression.startswith("CC") and reserved in text.read_text(errors="replace").lower():
            yield f"pyproject says {expression}, and {text.name} says {reserved!r}"


def _try(content: Path, untrained: bool, shared: Path) -> Findings:
    """Examine an unpacked wheel in a process that sees no other plugin."""
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(content), *filter(None, sys.path)]),
        ONLY: _distribution(content).name,
        DROP_INS: str(content / "none"),
    }
    license_file = next(_license_files(content), None)
    request = {
        "untrained": untrained,
        "shared": str(shared),
        "license_file": str(license_file) if license_file else None,
    }
    command = [sys.executable, "-m", "realstyler.packing", json.dumps(request)]
    try:
        process = subprocess.run(  # noqa: S603 - our own module
            command, capture_output=True, text=True, timeout=PATIENCE, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return Findings([f"it was still loading or painting after {PATIENCE} seconds"], {})
    try:
        # Plugins may print what they like before the last line.
        return Findings(**json.loads(process.stdout.splitlines()[-1]))
    except (IndexError, ValueError, TypeError):
        last = [f"exit code {process.returncode}", *process.stderr.strip().splitlines()][-1]
        return Findings([f"trying it ended the program ({last})"], {})


def _publish(wheel: Path, target: Path, force: bool) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            code="package-unwritable", folder=target.parent, reason=error.strerror
        ) from error
    with replacing(target, overwrite=force) as temporary:
        shutil.copyfile(wheel, temporary)


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    licence = Path(asked["license_file"]) if asked["license_file"] else None
    findings = examine(asked["untrained"], Path(asked["shared"]), licence)
    print(json.dumps({"problems": findings.problems, "styles": findings.styles}))
