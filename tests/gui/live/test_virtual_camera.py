"""The virtual camera, with a stand-in for its driver, which would need a kernel module."""

from __future__ import annotations

import sys
import types
from typing import Self

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler.errors import RealstylerError
from realstyler_gui.live import virtual_camera
from realstyler_gui.live.virtual_camera import VirtualCamera, letterboxed
from realstyler_gui.shared.images import as_image, as_pixels


class Driver:
    """Stand-in for `pyvirtualcam.Camera`."""

    frames: list[np.ndarray] = []  # noqa: RUF012 - one for all, emptied by the fixture

    def __init__(self, width: int, height: int, fps: float) -> None:
        self.shape = (height, width, 3)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.frames.append(np.zeros(0))

    def send(self, frame: np.ndarray) -> None:
        """Take a frame, which must have the requested size."""
        assert frame.shape == self.shape
        self.frames.append(frame)


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> type[Driver]:
    """Install the stand-in in place of the real package."""
    module = types.ModuleType("pyvirtualcam")
    module.Camera = Driver  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyvirtualcam", module)
    monkeypatch.setattr(virtual_camera, "find_spec", lambda _: module)
    monkeypatch.setattr(Driver, "frames", [])
    return Driver


def test_images_are_sent_and_letterboxed(
    qtbot: QtBot, qapp: QApplication, driver: type[Driver]
) -> None:
    """Every image has the size of the first; a taller one is centred on black."""
    camera = VirtualCamera(lambda error: pytest.fail(str(error)))
    wide = as_image(np.full((60, 80, 3), 200, np.uint8))
    camera.add(wide, 0.0)
    qtbot.waitUntil(lambda: len(driver.frames) == 1, timeout=PATIENCE)
    camera.add(as_image(np.full((80, 40, 3), 200, np.uint8)), 0.1)
    qtbot.waitUntil(lambda: len(driver.frames) == 2, timeout=PATIENCE)
    camera.stop()
    assert (driver.frames[0] == 200).all()
    assert (driver.frames[1][:, :20] == 0).all()
    assert (driver.frames[1][:, 35:45] == 200).all()
    assert driver.frames[-1].size == 0, "the camera is given back"


def test_a_missing_driver_is_said_once(
    qtbot: QtBot, qapp: QApplication, driver: type[Driver], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names what to install, and stopping afterwards is harmless."""

    def refuse(*_: object) -> None:
        raise RuntimeError("No v4l2loopback device found at /dev/video[0-99]")

    monkeypatch.setattr(driver, "__init__", refuse)
    errors: list[RealstylerError] = []
    camera = VirtualCamera(errors.append)
    camera.add(as_image(np.zeros((60, 80, 3), np.uint8)), 0.0)
    qtbot.waitUntil(lambda: len(errors) == 1, timeout=PATIENCE)
    assert "modprobe v4l2loopback" in str(errors[0])
    camera.stop()


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pyvirtualcam is optional."""
    monkeypatch.setattr(virtual_camera, "find_spec", lambda _: None)
    with pytest.raises(RealstylerError, match="pyvirtualcam"):
        VirtualCamera(lambda _: None)


def test_an_image_of_the_right_size_is_left_alone() -> None:
    """Nothing is copied or scaled unnecessarily."""
    image = as_image(np.full((60, 80, 3), 7, np.uint8))
    assert letterboxed(image, QSize(80, 60)) is image
    assert as_pixels(letterboxed(image, QSize(160, 120))).mean() == 7
