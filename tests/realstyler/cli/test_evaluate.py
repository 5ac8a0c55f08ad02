"""``realstyler evaluate`` through the real command line, in process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realstyler.cli import main

QUICK = ["--size", "128", "--iterations", "1", "--optimize", "1"]


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """A folder of two photographs of different shapes."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    random = np.random.default_rng(0)
    for name, size in (("one", (160, 120)), ("two", (96, 128))):
        coarse = random.integers(0, 256, (6, 8, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC).save(folder / f"{name}.png")
    return folder


def test_one_document_and_a_sheet(
    painted: Path, photographs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--json prints everything; the sheet shows photographs, full and live beside each other."""
    sheet = tmp_path / "sheet.png"
    command = ["evaluate", painted.name, "--photos", str(photographs), *QUICK]
    assert main([*command, "--json", "-o", str(sheet)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["size"], document["iterations"], document["seed"]) == (128, 1, 0)
    full, live = document["verdicts"]
    assert (full["style"], full["network"], live["network"]) == ("painted", "full", "live")
    assert len(full["photographs"]) == 2
    assert full["optimization"][0]["photograph"] == "one.png"
    assert full["stability"]["changes"].keys() >= {"shift 1,0", "shift 2,1", "shift 3,2"}
    with Image.open(sheet) as picture:
        assert picture.width > 3 * 128
        assert picture.height > 96 + 128


def test_tables(painted: Path, photographs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json there are five tables, none of whose numbers is cut off."""
    command = ["evaluate", painted.name, "--photos", str(photographs), "--size", "128"]
    assert main([*command, "--iterations", "0", "--network", "live", "--count", "1"]) == 0
    said = capsys.readouterr()
    assert said.err == "two.png in painted live\nGradients in painted live\n"
    for title in ("Perceptual loss", "Style and content", "Surface", "Grid and frame", "Stability"):
        assert title in said.out
    lines = [line.split() for line in said.out.splitlines() if "painted" in line]
    assert [line[:2] for line in lines] == [["painted", "live"]] * 5
    assert "…" not in said.out.replace("0…1", "")
    assert "1 photograph at up to 128 pixels" in said.out


def test_a_failed_photograph_is_told(
    painted: Path, photographs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, one line that names it, the others are judged."""
    (photographs / "broken.jpg").write_bytes(b"no picture")
    command = ["evaluate", painted.name, "--photos", str(photographs), "--size", "128"]
    assert main([*command, "--iterations", "0", "--network", "live", "--json"]) == 1
    said = capsys.readouterr()
    assert [line for line in said.err.splitlines() if "broken.jpg" in line]
    assert len(json.loads(said.out)["verdicts"][0]["photographs"]) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere"),
        (["painted", "--photos", "EMPTY"], "--photos"),
        (["painted", "--network", "half"], "half"),
        (["painted", "--size", "9"], "128 to 4096"),
        (["painted", "--device", "abacus"], "abacus"),
        (["painted", "-o", "sheet.xyz"], "sheet.xyz"),
        (["painted", "-o", "EXISTS"], "--force"),
    ],
)
def test_wrong_use_is_one_line(
    arguments: list[str],
    said: str,
    painted: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2 and one line that names what is wrong, before anything is computed."""
    assert painted.is_dir()
    empty, exists = tmp_path / "empty", tmp_path / "exists.png"
    empty.mkdir()
    exists.write_bytes(b"kept")
    places = {"EMPTY": str(empty), "EXISTS": str(exists)}
    assert main(["evaluate", *(places.get(word, word) for word in arguments)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert exists.read_bytes() == b"kept"


def test_without_the_extra_one_line_says_what_to_install(
    painted: Path, photographs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A process in which torch cannot be imported ends with the remedy."""
    script = (
        "import sys; sys.modules['torch'] = None;"
        "from realstyler.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "evaluate", painted.name, "--photos", str(photographs)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "realstyler[train]" in done.stderr
    assert done.stderr.count("\n") == 1
