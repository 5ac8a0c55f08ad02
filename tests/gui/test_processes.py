"""Tests that need their own process: stand-in webcam, exit codes, no display, startup."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from gui_support import plug_in, save_photo

HERE = Path(__file__).parent
VIDEO_DEVICE = Path("/dev/video0")


def run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command offscreen with an extended environment."""
    variables = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(HERE.parent)}
    variables |= environment
    return subprocess.run(
        [sys.executable, *command],
        env={key: value for key, value in variables.items() if value},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@pytest.fixture
def private(styles: list[str], tmp_path: Path) -> dict[str, str]:
    """Settings for the child process, with a trained style chosen."""
    folder = tmp_path / "config" / "realstyler"
    folder.mkdir(parents=True)
    chosen = r'parameters="{\"style\": \"painted\"}"'
    settings = f"[photo]\n{chosen}\n[General]\nlanguage=en\n[live]\nsteady=False\n"
    (folder / "realstyler.ini").write_text(settings)
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}


@pytest.fixture(scope="session")
def fakecam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stand-in webcam as a library for LD_PRELOAD."""
    if shutil.which("gcc") is None:
        pytest.skip("the stand-in webcam needs gcc")
    library = tmp_path_factory.mktemp("fakecam") / "fakecam.so"
    source = HERE / "fakecam.c"
    options = ["-O2", "-w", "-shared", "-fPIC", "-o", str(library), str(source)]
    subprocess.run(["gcc", *options, "-ldl", "-lpthread"], check=True)
    return library


@pytest.fixture
def video_device() -> Iterator[Path]:
    """A directory entry where a webcam would be."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("the stand-in webcam needs Linux and root")
    if VIDEO_DEVICE.exists():
        pytest.skip("this machine has a camera of its own")
    plug_in(VIDEO_DEVICE)
    yield VIDEO_DEVICE
    VIDEO_DEVICE.unlink(missing_ok=True)


def test_the_webcam_is_painted_unplugged_and_back(
    fakecam: Path, video_device: Path, private: dict[str, str]
) -> None:
    """Through QCamera: frames are painted, unplugging is reported, plugging in resumes."""
    preload = {"LD_PRELOAD": str(fakecam)}
    done = run([str(HERE / "scenarios.py"), "camera"], **private, **preload)
    assert (done.stdout.split(), done.returncode) == (
        ["painted", "sized", "unplugged", "back"],
        0,
    ), done.stderr


def test_closing_while_busy_exits_with_zero(private: dict[str, str], tmp_path: Path) -> None:
    """A window closed while painting and preparing exits promptly and properly."""
    photo = tmp_path / "large.png"
    Image.effect_noise((2600, 2000), 80).convert("RGB").save(photo)
    scenario = [str(HERE / "scenarios.py"), "close_while_painting"]
    done = run(scenario, **private, PHOTO=str(photo))
    assert done.returncode == 0, done.stderr
    assert "QThread" not in done.stderr


def test_pictures_are_sharp_on_fine_screens(private: dict[str, str], photo: Path) -> None:
    """At a scale factor of 2 the screen shows the engine's pixels, not enlarged ones."""
    scale = {"QT_SCALE_FACTOR": "2", "PHOTO": str(photo)}
    done = run([str(HERE / "scenarios.py"), "sharp"], **private, **scale)
    assert done.returncode == 0, done.stderr


def test_nothing_is_clipped_on_fine_screens(private: dict[str, str], photo: Path) -> None:
    """The check for clipped widgets, at a scale factor of 2."""
    done = run(
        [str(HERE / "scenarios.py"), "fits"], **private, QT_SCALE_FACTOR="2", PHOTO=str(photo)
    )
    assert done.returncode == 0, done.stderr


def test_without_a_display_one_line_says_so(private: dict[str, str]) -> None:
    """Without a display: one clear line and exit code 2, not Qt's abort."""
    nothing = {"QT_QPA_PLATFORM": "", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    done = run(["-m", "realstyler_gui"], **private, **nothing)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "display" in done.stderr


def test_a_missing_picture_is_wrong_use(private: dict[str, str]) -> None:
    """``realstyler gui MISSING`` reports the missing file before a window opens."""
    done = run(["-m", "realstyler", "gui", "missing.jpg"], **private)
    assert done.returncode == 2
    assert "missing.jpg does not exist" in done.stderr


def test_logging_out_loses_nothing(private: dict[str, str], tmp_path: Path) -> None:
    """SIGTERM finishes the recording and the training, and leaves no hidden file."""
    pytest.importorskip("av", reason="the extra `video` is not installed")
    photos, recordings = tmp_path / "photos", tmp_path / "recordings"
    for folder in (photos, recordings):
        folder.mkdir()
    Image.effect_noise((160, 160), 80).convert("RGB").save(photos / "a.png")
    folders = {"PHOTOS": str(photos), "RECORDINGS": str(recordings)}
    data = {"XDG_DATA_HOME": str(tmp_path / "data")}
    done = run([str(HERE / "scenarios.py"), "logged_out"], **private, **folders, **data)
    assert done.returncode == 0, done.stderr
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)
    assert [path.suffix for path in recordings.iterdir()] == [".mp4"]


def test_a_display_that_cannot_be_reached_is_one_line(private: dict[str, str]) -> None:
    """If DISPLAY names a missing display: exit code 2, not Qt's abort."""
    nothing = {"QT_QPA_PLATFORM": "", "DISPLAY": ":987", "WAYLAND_DISPLAY": ""}
    done = run(["-m", "realstyler_gui"], **private, **nothing)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert ":987" in done.stderr


@pytest.mark.parametrize("seed", [3])
def test_random_actions_break_nothing(private: dict[str, str], tmp_path: Path, seed: int) -> None:
    """A few seconds of opening, painting, saving, batches and live mode, all at once."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(3):
        save_photo(pictures / f"{number}.png", 300 * number + 60, 200 * number + 40)
    (pictures / "broken.jpg").write_bytes(b"no picture")
    script = HERE.parents[1] / "benchmarks" / "window_stress.py"
    options = ["--seconds", "6", "--seed", str(seed), "--pictures", str(pictures)]
    done = run([str(script), *options], **private)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) > 0
