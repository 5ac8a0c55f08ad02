"""Exported styles: read by other programs, they paint what the engine paints."""

# About 25 s.

from __future__ import annotations

import base64
import gzip
import json
import re
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from PIL import Image

from realstyler import exporting
from realstyler.cli import main
from realstyler.engine import Controls, Stylizer
from realstyler.errors import StyleError, UsageError
from realstyler.exporting.web_page import PARTS
from realstyler.openvino_runtime import core
from realstyler.registry import find_style
from support import add_style

Pixels = NDArray[np.uint8]
ROOT = Path(__file__).parents[3]


def _photograph(width: int, height: int) -> Pixels:
    with Image.open(ROOT / "docs/photographs/chelsea.jpg") as image:
        return np.asarray(image.convert("RGB").resize((width, height)))


def _by_onnxruntime(model: Path, picture: Pixels) -> Pixels:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"picture": picture[None]})[0][0])


def _decibels(one: Pixels, other: Pixels) -> float:
    error = np.mean((one.astype(float) - other) ** 2)
    return float(10 * np.log10(255**2 / error)) if error else np.inf


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """A folder like that of the npm package, with parts that are small."""
    folder = tmp_path / "node_modules" / "onnxruntime-web"
    (folder / "dist").mkdir(parents=True)
    about = {"name": "onnxruntime-web", "version": "1.30.0"}
    (folder / "package.json").write_text(json.dumps(about))
    for name, file in PARTS.items():
        (folder / "dist" / file).write_text(f"the {name}")
    return folder


@pytest.mark.parametrize("network", ["full", "live"])
@pytest.mark.parametrize("size", [(320, 240), (203, 151)], ids=str)
def test_files_paint_as_the_engine_does(
    network: str, size: tuple[int, int], tmp_path: Path
) -> None:
    """A trained style, on even and on odd sides, by onnxruntime and by OpenVINO alone."""
    for kind in ("onnx", "openvino"):
        command = ["export", "mosaic", "-f", kind, "--network", network, "-o", str(tmp_path)]
        assert main(command) == 0
    picture = _photograph(*size)
    expected = Stylizer("mosaic", network=network, precision="float32").stylize(  # type: ignore[arg-type]
        picture, Controls(stroke="native")
    )
    assert _decibels(_by_onnxruntime(tmp_path / f"mosaic-{network}.onnx", picture), expected) >= 50
    hint = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = core.compile_model(tmp_path / f"mosaic-{network}.xml", "CPU", hint)
    assert _decibels(compiled(picture[None])[0][0], expected) >= 50


def test_models_say_what_they_are(tmp_path: Path) -> None:
    """Name, author and licence travel inside; the same weights give the same bytes."""
    first, second = tmp_path / "first.onnx", tmp_path / "second.onnx"
    for file in (first, second):
        exporting.export_onnx(find_style("mosaic"), "live", file)
    assert first.read_bytes() == second.read_bytes()
    model = onnx.load(first)
    onnx.checker.check_model(model, full_check=True)
    told = {one.key: one.value for one in model.metadata_props}
    wanted = {"name": "mosaic", "title": "Mosaic", "license": "CC0-1.0", "network": "live"}
    assert wanted.items() <= told.items()
    shape = model.graph.input[0].type.tensor_type.shape.dim
    assert [one.dim_value or one.dim_param for one in shape] == [1, "height", "width", 3]
    (xml, _) = exporting.export_openvino(find_style("mosaic"), "live", tmp_path / "mosaic.xml")
    told = core.read_model(xml).get_rt_info(["realstyler"]).astype(dict)
    assert told["license"] == "CC0-1.0"


def test_nothing_is_overwritten(painted: Path, tmp_path: Path) -> None:
    """Neither one file of several nor the only one, unless it is said."""
    command = ["export", painted.name, "-f", "openvino", "-o", str(tmp_path / "style.xml")]
    (tmp_path / "style.bin").write_text("mine")
    assert main(command) == 2
    assert (tmp_path / "style.bin").read_text() == "mine"
    assert not (tmp_path / "style.xml").exists()
    assert main([*command, "--force"]) == 0
    assert (tmp_path / "style.xml").exists()


def test_several_styles_at_once(drop_ins: Path, tmp_path: Path) -> None:
    """Each as a file of its own in a folder, which is made."""
    for name in ("one", "two"):
        add_style(drop_ins, name)
    assert main(["export", "one", "two", "one", "-o", str(tmp_path / "models")]) == 0
    written = sorted(file.name for file in (tmp_path / "models").iterdir())
    assert written == ["one-full.onnx", "two-full.onnx"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no style was given"),
        (["painted", "--all"], "leave out either"),
        (["painted", "mosaic", "-o", "both.onnx"], "several styles"),
        (["painted", "-f", "web", "--network", "full"], "live networks only"),
        (["painted", "--runtime", "folder"], "only needed for a web page"),
        (["painted", "-f", "web"], "`npm install onnxruntime-web@"),
        (["nobody"], "nobody"),
    ],
)
def test_wrong_use_is_told_on_one_line(
    arguments: list[str],
    said: str,
    painted: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is wrong and what to do, exit code 2, and nothing is written."""
    assert painted.is_dir()
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert main(["export", *arguments]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_missing_writer_of_onnx(painted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra it is told what brings it."""
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(UsageError, match=r"realstyler\[export\]"):
        exporting.export_onnx(find_style(painted.name), "full", Path("unused.onnx"))


def test_a_page_holds_what_it_needs(painted: Path, runtime: Path, tmp_path: Path) -> None:
    """Everything is in the folder, packed; nothing names another place or a style too large."""
    folder = tmp_path / "page"
    styles = [find_style("mosaic"), find_style(painted.name)]
    written = exporting.export_page(styles, folder, exporting.find_runtime(runtime))
    assert written[0] == folder / "index.html"
    assert {*written} == {file for file in folder.rglob("*") if file.is_file()}
    page = (folder / "index.html").read_text()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert all((folder / name).is_file() for name in loaded if name != "data:,")
    assert {"styles/mosaic.js", "styles/painted.js", "runtime.js"} <= {*loaded}
    texts = "".join((folder / name).read_text() for name in ("index.html", "page.js", "page.css"))
    assert "://" not in texts
    assert (folder / "styles/mosaic.js").stat().st_size < 1_000_000
    assert "Mosaic (mosaic) by realstyler: CC0-1.0" in (folder / "licences.txt").read_text()
    told = json.loads((folder / "runtime.js").read_text().partition(" = ")[2].rstrip(";\n"))
    assert gzip.decompress(base64.b64decode(told["wasm"])) == b"the wasm"


def test_a_page_finds_the_runtime_where_npm_puts_it(
    painted: Path, runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In node_modules of this folder or of one above; a second page needs --force."""
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    command = ["export", painted.name, "--format", "web"]
    assert main(command) == 0
    assert (below / "realstyler-page" / "index.html").is_file()
    assert main(command) == 2
    assert main([*command, "--force"]) == 0
    (runtime / "dist" / PARTS["wasm"]).unlink()
    with pytest.raises(UsageError, match="lacks parts"):
        exporting.find_runtime(runtime).script()


def test_styles_that_are_not_trained(drop_ins: Path, runtime: Path, tmp_path: Path) -> None:
    """They are named; with --all they are left out."""
    add_style(drop_ins, "blank", trained=False)
    with pytest.raises(StyleError, match="blank"):
        exporting.export_page([find_style("blank")], tmp_path, exporting.find_runtime(runtime))
    command = ["export", "--all", "-f", "web", "--runtime", str(runtime), "-o", str(tmp_path)]
    assert main(command) == 0
    assert (tmp_path / "styles/mosaic.js").is_file()
    assert not (tmp_path / "styles/blank.js").exists()
