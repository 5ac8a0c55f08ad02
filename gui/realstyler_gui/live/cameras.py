"""The connected cameras, with notifications of changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtMultimedia import QCameraDevice, QMediaDevices


class Cameras(QObject):
    """Tracks the connected cameras."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Keep a reference: Qt reports changes only while this object exists.
        self._devices = QMediaDevices(self)
        self._devices.videoInputsChanged.connect(self.changed)

    @property
    def devices(self) -> list[QCameraDevice]:
        """Return the cameras, the system's default first."""
        favourite = QMediaDevices.defaultVideoInput()
        devices = QMediaDevices.videoInputs()
        return sorted(devices, key=lambda device: device != favourite)

    def find(self, identity: str) -> QCameraDevice | None:
        """Return the camera with this identity, if it is connected."""
        return next((d for d in self.devices if camera_identity(d) == identity), None)


def camera_identity(device: QCameraDevice) -> str:
    """Return a camera's persistent identity."""
    return bytes(device.id().data()).decode("utf-8", "replace")
