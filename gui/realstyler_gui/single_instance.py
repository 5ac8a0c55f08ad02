"""One window per user: a second start passes its pictures to the first and exits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAITING_MILLISECONDS = 1000


def hand_over(identity: str, paths: Sequence[Path]) -> bool:
    """Pass the pictures to a running window; return False if there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_name(identity))
    if not socket.waitForConnected(_WAITING_MILLISECONDS):
        return False
    socket.write(json.dumps([str(path) for path in paths]).encode())
    socket.flush()
    socket.waitForBytesWritten(_WAITING_MILLISECONDS)
    socket.disconnectFromServer()
    return True


class Receiver(QObject):
    """Listens for later starts by the same user with the same settings."""

    started = Signal(list)
    """The pictures passed by another start; may be empty."""

    def __init__(self, identity: str, parent: QObject) -> None:
        super().__init__(parent)
        name = _name(identity)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._receive)
        if not self._server.listen(name):
            QLocalServer.removeServer(name)  # left behind by a killed process
            self._server.listen(name)

    def _receive(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.disconnected.connect(lambda: self._read(socket))
        if socket.state() is QLocalSocket.LocalSocketState.UnconnectedState:
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        data = bytes(socket.readAll().data())
        socket.deleteLater()
        try:
            self.started.emit([Path(path) for path in json.loads(data)])
        except (ValueError, TypeError):
            return  # the other start was interrupted


def _name(identity: str) -> str:
    return "realstyler-" + hashlib.sha256(identity.encode()).hexdigest()[:16]
