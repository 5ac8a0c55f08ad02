"""The cameras that are plugged in, and news of them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtMultimedia import QCameraDevice, QMediaDevices


class Cameras(QObject):
    """Keeps an eye on the cameras."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # The object must live on: Qt watches for cameras only as long as it does.
        self._devices = QMediaDevices(self)
        self._devices.videoInputsChanged.connect(self.changed)

    @property
    def devices(self) -> list[QCameraDevice]:
        """The cameras, the system's favourite first."""
        favourite = QMediaDevices.defaultVideoInput()
        devices = QMediaDevices.videoInputs()
        return sorted(devices, key=lambda device: device != favourite)

    def find(self, identity: str) -> QCameraDevice | None:
        """The camera with that identity, if it is plugged in."""
        return next((d for d in self.devices if camera_identity(d) == identity), None)


def camera_identity(device: QCameraDevice) -> str:
    """What a camera is remembered by."""
    return bytes(device.id().data()).decode("utf-8", "replace")
