"""Photo mode in the real window, with mouse and keyboard, verified by pixels."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDrag, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE, open_window, save_photo
from realstyler.engine import Cancellation, Controls, Network, Stylizer
from realstyler.errors import StyleError
from realstyler.pictures import Picture
from realstyler_gui.application import make_window
from realstyler_gui.photo.session import State
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.images import Pixels, as_pixels
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.view.picture_view import PictureView
from realstyler_gui.window import MainWindow

JSON = st.one_of(st.none(), st.booleans(), st.floats(), st.text(), st.lists(st.integers()))


def open_photo(qtbot: QtBot, window: MainWindow, *paths: Path) -> None:
    """Open pictures and wait until the first is painted in full resolution."""
    window.open(list(paths))
    qtbot.waitUntil(lambda: window.photo.session.state is State.READY, timeout=PATIENCE)


def pixel(window: MainWindow, across: float, down: float = 0.5) -> QColor:
    """The colour on screen at a share of the picture's width and height."""
    view = window.photo.view
    image = view.grab().toImage()
    rect = view.picture_rect()
    point = rect.topLeft() + QPointF(rect.width() * across, rect.height() * down)
    return image.pixelColor((point * image.devicePixelRatioF()).toPoint())


def shown_pixels(window: MainWindow) -> Pixels:
    """The screen's pixels where the picture is."""
    view = window.photo.view
    return as_pixels(view.grab(view.picture_rect().toRect()).toImage())


def read(path: Path) -> Pixels:
    """A picture file as uint8 H×W×3."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def expected(
    photo: Path, name: str = "painted", network: Network = "full", **controls: object
) -> Pixels:
    """The same photograph as painted by the engine directly."""
    return Stylizer(name, network).stylize(read(photo), Controls(**controls))  # type: ignore[arg-type]


def test_an_opened_photograph_is_shown_painted(
    qtbot: QtBot, window: MainWindow, photo: Path
) -> None:
    """At 100 % the screen shows exactly the engine's pixels."""
    open_photo(qtbot, window, photo)
    np.testing.assert_array_equal(shown_pixels(window), expected(photo))


@pytest.mark.parametrize(("bits", "told"), [(8, "30 × 20"), (16, "30 × 20 · 16 bits, painted")])
def test_more_than_eight_bits_are_not_lost_unsaid(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, bits: int, told: str
) -> None:
    """Beside the size, which is all that is told of other pictures."""
    path = tmp_path / "deep.tif"
    Image.fromarray(np.full((20, 30), 7, f"uint{bits}")).save(path)
    open_photo(qtbot, window, path)
    text = window.photo.status.size_label.text()
    assert text.startswith(told)
    assert ("bits" in text) == (bits > 8)


def test_the_original_is_shown_while_o_is_held(
    qtbot: QtBot, window: MainWindow, photo: Path
) -> None:
    """Holding O shows the photograph, releasing it shows the painting again."""
    open_photo(qtbot, window, photo)
    painted = shown_pixels(window)
    qtbot.keyPress(window.photo.view, Qt.Key.Key_O)
    np.testing.assert_array_equal(shown_pixels(window), read(photo))
    qtbot.keyRelease(window.photo.view, Qt.Key.Key_O)
    np.testing.assert_array_equal(shown_pixels(window), painted)


def test_the_divider_follows_the_mouse(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    """Left of the dragged divider is the photograph, right of it the painting."""
    open_photo(qtbot, window, photo)
    view = window.photo.view
    qtbot.mouseClick(window.photo.bar.compare, Qt.MouseButton.LeftButton)
    rect = view.picture_rect()
    start, end = (rect.topLeft() + QPointF(rect.width() * x, 10) for x in (0.5, 0.25))
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start.toPoint())
    QTest.mouseMove(view, end.toPoint())
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end.toPoint())
    assert view.split == pytest.approx(0.25, abs=0.02)
    assert pixel(window, 0.1, 0.1) == QColor(230, 0, 0)
    painted = expected(photo)
    across, down = int(0.75 * 96), 32
    assert pixel(window, (across + 0.5) / 96, (down + 0.5) / 64).getRgb()[:3] == tuple(
        painted[down, across]
    )


def test_strength_zero_is_the_photograph(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    """The strength slider works live, with the keyboard, without repainting."""
    open_photo(qtbot, window, photo)
    slider = window.photo.controls.strength
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert window.photo.session.state is State.READY
    np.testing.assert_array_equal(shown_pixels(window), read(photo))


def test_arrows_go_through_the_trained_styles(
    qtbot: QtBot, window: MainWindow, photo: Path
) -> None:
    """Right chooses the next trained style, undo returns to the first, redo to the second."""
    open_photo(qtbot, window, photo)
    session = window.photo.session
    with qtbot.waitSignal(session.painting_changed, timeout=PATIENCE):
        qtbot.keyClick(window.photo.view, Qt.Key.Key_Right)
    following = session.parameters.style
    assert following != "painted"
    qtbot.waitUntil(lambda: session.state is State.READY, timeout=PATIENCE)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.parameters.style == "painted"
    np.testing.assert_array_equal(shown_pixels(window), expected(photo))
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_Z, modifiers)
    assert session.parameters.style == following


def test_one_drag_of_a_slider_is_one_step_of_undo(
    qtbot: QtBot, window: MainWindow, photo: Path
) -> None:
    """Undo after dragging a slider restores the value before the drag."""
    open_photo(qtbot, window, photo)
    for value in range(90, 20, -10):
        window.photo.controls.strength.setValue(value)
    window.photo.bar.undo.click()
    assert window.photo.session.parameters.strength == 1.0
    assert not window.photo.bar.undo.isEnabled()


def test_keeping_colours_and_a_blend_reach_the_engine(
    qtbot: QtBot, window: MainWindow, photo: Path
) -> None:
    """The panel's controls give the same result as the engine with the same settings."""
    open_photo(qtbot, window, photo)
    session, controls = window.photo.session, window.photo.controls
    controls.keep_colors.click()
    controls.second.setCurrentIndex(controls.second.findData("quiet"))
    controls.second.activated.emit(controls.second.currentIndex())
    qtbot.waitUntil(lambda: session.state is State.READY, timeout=PATIENCE)
    wanted = expected(photo, "painted:0.50,quiet:0.50", keep_colors=True)
    np.testing.assert_array_equal(shown_pixels(window), wanted)


def test_every_style_is_shown_on_the_photograph(
    qtbot: QtBot, window: MainWindow, photo: Path
) -> None:
    """Thumbnails of trained styles are painted from the photograph."""
    open_photo(qtbot, window, photo)
    strip, thumbnails = window.photo.strip, window.photo.thumbnails
    names = ["painted", "quiet"]
    find = window.context.catalogue.find
    qtbot.waitUntil(
        lambda: all(strip.grab() and thumbnails.find(find(name)) for name in names),
        timeout=PATIENCE,
    )
    for name in names:
        network: Network = "live" if "live" in find(name).networks else "full"
        np.testing.assert_array_equal(
            as_pixels(thumbnails.find(find(name))), expected(photo, name, network)
        )


def test_an_untrained_style_offers_its_training(
    qtbot: QtBot, window: MainWindow, photo: Path
) -> None:
    """Clicking an untrained style changes nothing and shows what is missing."""
    open_photo(qtbot, window, photo)
    strip = window.photo.strip
    index = strip.model().index(strip.model().row("raw"), 0)
    strip.scrollTo(index)
    place = strip.visualRect(index).center()
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert "not trained" in window.toasts.message
    assert window.photo.session.parameters.style == "painted"
    qtbot.waitUntil(lambda: strip.currentIndex().data() == "Painted", timeout=PATIENCE)
    window.toasts.hide()
    strip.scrollTo(index)  # the strip has scrolled back to the chosen style
    place = strip.visualRect(index).center()
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert "not trained" in window.toasts.message, "the second click says it too"


def test_saving_writes_the_painting_and_remembers_where(
    qtbot: QtBot,
    window: MainWindow,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl+S saves the engine's result, suggests a free name, remembers folder and format."""
    open_photo(qtbot, window, photo)
    window.photo.controls.strength.setValue(40)
    proposals = []
    (tmp_path / "photo-painted.png").write_bytes(b"mine")
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "result.tiff"
    monkeypatch.setattr(dialogs, "ask_save", lambda _, path: proposals.append(path) or target)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Saved" in window.toasts.message, timeout=PATIENCE)
    assert proposals == [tmp_path / "photo-painted-2.png"]
    np.testing.assert_array_equal(read(target), expected(photo, strength=0.4))
    assert window.context.settings.folder("save") == target.parent
    assert window.context.settings.text("save/suffix") == ".tiff"


def test_saving_keeps_orientation_profile_and_camera(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rotated photograph is saved upright; its profile and EXIF are kept."""
    from PIL import ImageCms

    source, target = tmp_path / "side.jpg", tmp_path / "upright.jpg"
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A camera"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (80, 40), "teal").save(source, exif=exif, icc_profile=profile)
    open_photo(qtbot, window, source)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: target)
    window.photo.exporter.save()
    qtbot.waitUntil(target.exists, timeout=PATIENCE)
    with Image.open(target) as saved:
        assert saved.size == (40, 80)
        assert saved.getexif().get(0x010F) == "A camera"
        assert saved.getexif().get(0x0112, 1) == 1
        assert saved.info["icc_profile"] == profile


def test_the_result_is_copied(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    """Ctrl+C copies the painting, Ctrl+V opens it as a new picture."""
    open_photo(qtbot, window, photo)
    qtbot.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.toasts.message == "Copied", timeout=PATIENCE)
    copied = as_pixels(QGuiApplication.clipboard().image())
    np.testing.assert_array_equal(copied, expected(photo))
    with qtbot.waitSignal(window.photo.session.opened, timeout=PATIENCE):
        qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    np.testing.assert_array_equal(window.photo.session.photo.picture.pixels, copied)


def test_a_dropped_folder_is_an_album(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    """A folder dropped on the window opens its first picture; PgDown goes to the next."""
    folder = tmp_path / "holiday"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        save_photo(folder / name, 40, 30)
    with qtbot.waitSignal(window.photo.session.opened, timeout=PATIENCE):
        drop(window, QUrl.fromLocalFile(str(folder)))
    assert window.photo.session.photo.path == folder / "a.png"
    with qtbot.waitSignal(window.photo.session.opened, timeout=PATIENCE):
        qtbot.keyClick(window.photo.view, Qt.Key.Key_PageDown)
    assert window.photo.session.photo.path == folder / "b.png"
    assert "2 of 2" in window.photo.bar.name.text()


def drop(window: MainWindow, *urls: QUrl) -> Qt.DropAction | None:
    """Drop URLs from a program that prefers to move them; None if the drop is rejected."""
    content = QMimeData()
    content.setUrls(list(urls))
    both = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(300, 300), both, content, left, none)
    event = QDropEvent(QPointF(300, 300), both, content, left, none)
    for each in (enter, event):
        each.setDropAction(Qt.DropAction.MoveAction)
        each.ignore()
        QApplication.sendEvent(window, each)
        if not each.isAccepted():
            return None
    return event.dropAction()


def test_a_drop_is_always_a_copy(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    """A source that offers to move its file must not delete it."""
    assert drop(window, QUrl.fromLocalFile(str(photo))) == Qt.DropAction.CopyAction


def test_a_web_address_is_not_taken(window: MainWindow) -> None:
    """What can't be opened is rejected during the drag, so that the pointer shows it."""
    assert drop(window, QUrl("https://example.org/picture.jpg")) is None


def test_pictures_dropped_with_a_video_are_opened(
    qtbot: QtBot, window: MainWindow, photo: Path, tmp_path: Path
) -> None:
    """A video is not opened as a picture; batch mode is offered for both."""
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"")
    drop(window, *(QUrl.fromLocalFile(str(path)) for path in (photo, clip)))
    assert "batch" in window.toasts.message
    qtbot.waitUntil(lambda: window.photo.session.photo is not None, timeout=PATIENCE)
    assert window.photo.opener.album.paths == (photo,)


def test_a_damaged_picture_leaves_the_open_one(
    qtbot: QtBot, window: MainWindow, photo: Path, tmp_path: Path
) -> None:
    """A file that is not a picture gets one message; the open picture stays."""
    open_photo(qtbot, window, photo)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not a picture")
    window.open([broken])
    qtbot.waitUntil(lambda: "broken.jpg" in window.toasts.message, timeout=PATIENCE)
    assert window.photo.session.photo.path == photo


def test_recent_pictures_are_remembered(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, photo: Path, tmp_path: Path
) -> None:
    """After a restart the last picture is in the recent list, and can be opened."""
    open_photo(qtbot, window, photo)
    window.close()
    second = open_window(qapp, tmp_path)
    qtbot.addWidget(second)
    second.photo.bar.recent_menu.aboutToShow.emit()
    entry = second.photo.bar.recent_menu.actions()[0]
    assert entry.text() == "photo.png"
    with qtbot.waitSignal(second.photo.session.opened, timeout=PATIENCE):
        entry.trigger()
    second.close()


def test_the_wheel_zooms_about_the_pointer(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    """The point under the pointer stays there while zooming; a double click fits the picture."""
    open_photo(qtbot, window, photo)
    view = window.photo.view
    view.zoom(10)
    target = QPointF(view.rect().center()) + QPointF(70, 30)
    before = picture_point(view, target)
    QTest.wheelEvent(window.windowHandle(), QPointF(view.mapTo(window, target)), QPoint(0, 120))
    assert view.viewport.scale == pytest.approx(12.5)
    assert (picture_point(view, target) - before).manhattanLength() < 0.2
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    assert view.viewport.fitted


def picture_point(view: PictureView, position: QPointF) -> QPointF:
    """The picture's point at a position of the view."""
    return (position - view.picture_rect().topLeft()) / view.viewport.scale


def test_cancel_stops_a_large_picture(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancel aborts painting in full resolution; it can be resumed."""
    large = tmp_path / "large.png"
    Image.new("RGB", (1600, 1200), "orange").save(large)
    entered = Event()
    stylize = Stylizer.stylize

    def slow(
        self: Stylizer, picture: Picture, *more: object, cancel: Cancellation, **rest: object
    ) -> Picture:
        if _width(picture) == 1600 and not entered.is_set():
            entered.set()
            while True:  # the real engine checks its cancellation too, only sooner
                cancel.check()
        return stylize(self, picture, *more, cancel=cancel, **rest)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(Stylizer, "stylize", slow)
    window.open([large])
    qtbot.waitUntil(entered.is_set, timeout=PATIENCE)
    assert window.photo.session.state is State.PREVIEW
    qtbot.mouseClick(window.photo.status.cancel, Qt.MouseButton.LeftButton)
    assert window.photo.session.state is State.STOPPED
    qtbot.mouseClick(window.photo.status.finish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.photo.session.state is State.READY, timeout=PATIENCE)


def test_an_error_of_the_engine_is_a_quiet_line(
    qtbot: QtBot, window: MainWindow, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A style that fails shows a message, and another one still works."""
    stylize = Stylizer.stylize

    def failing(self: Stylizer, pixels: Pixels, *more: object, **rest: object) -> Pixels:
        raise StyleError(code="weights-missing", path="painted")

    monkeypatch.setattr(Stylizer, "stylize", failing)
    window.open([photo])
    qtbot.waitUntil(lambda: window.photo.session.state is State.FAILED, timeout=PATIENCE)
    assert "painted: weights are missing" in window.toasts.message
    monkeypatch.setattr(Stylizer, "stylize", stylize)
    qtbot.keyClick(window.photo.view, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.photo.session.state is State.READY, timeout=PATIENCE)


def test_a_style_that_vanished_is_replaced(window: MainWindow) -> None:
    """Parameters with unknown styles or networks are replaced by usable ones."""
    fitted = window.context.catalogue.fitted(Parameters(style="gone", second="gone too"))
    assert fitted.style in {style.name for style in window.context.catalogue.trained}
    assert fitted.second == ""


def test_an_image_without_alpha_keeps_its_colours(qapp: QApplication) -> None:
    """A pasted image of any format arrives with the same RGB levels."""
    from realstyler_gui.shared.images import picture_of

    image = QImage(3, 2, QImage.Format.Format_ARGB32)
    image.fill(QColor(10, 200, 30))
    picture = picture_of(image)
    assert picture.alpha is None
    assert (picture.pixels == (10, 200, 30)).all()


def test_the_neighbours_of_a_picture_are_a_key_away(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    """PgDown after opening one file shows the next of its folder, skipping a damaged one."""
    for name in ("a.png", "c.png"):
        save_photo(tmp_path / name, 40, 30)
    (tmp_path / "b.jpg").write_bytes(b"no picture")
    open_photo(qtbot, window, tmp_path / "a.png")
    assert "1 of 3" in window.photo.bar.name.text()
    with qtbot.waitSignal(window.photo.session.opened, timeout=PATIENCE):
        qtbot.keyClick(window.photo.view, Qt.Key.Key_PageDown)
    assert window.photo.session.photo.path == tmp_path / "c.png"
    assert window.photo.bar.name.text() == "c.png · 2 of 2"
    assert "b.jpg" in window.toasts.message


def _width(picture: Picture | Pixels) -> int:
    return (picture.pixels if isinstance(picture, Picture) else picture).shape[1]


class Gate:
    """Blocks every painting of a large picture until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open, self.entered, self.begun = Event(), Event(), 0
        stylize = Stylizer.stylize

        def slow(self: Stylizer, picture: Picture, *more: object, **rest: object) -> Picture:
            if _width(picture) == 1600:
                gate.begun += 1
                gate.entered.set()
                while not gate.open.wait(0.01):
                    rest["cancel"].check()
            return stylize(self, picture, *more, **rest)  # type: ignore[call-overload, no-any-return]

        gate = self
        monkeypatch.setattr(Stylizer, "stylize", slow)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """See `Gate`."""
    return Gate(monkeypatch)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Two pictures in a folder, the first of which is painted only once the gate is opened."""
    folder = tmp_path / "large"
    folder.mkdir()
    Image.new("RGB", (1600, 1200), "orange").save(folder / "a.png")
    save_photo(folder / "b.png", 40, 30)
    return folder / "a.png"


def test_copying_while_painting_loses_nothing(
    qtbot: QtBot, window: MainWindow, large: Path, gate: Gate
) -> None:
    """Pressing Ctrl+C twice waits for the painting in progress, which does not restart."""
    window.open([large])
    qtbot.waitUntil(gate.entered.is_set, timeout=PATIENCE)
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert window.photo.exporter.waiting == 2
    gate.open.set()
    qtbot.waitUntil(lambda: window.photo.exporter.waiting == 0, timeout=PATIENCE)
    assert gate.begun == 1
    assert QGuiApplication.clipboard().image().width() == 1600


def test_a_wish_to_save_belongs_to_its_photograph(
    qtbot: QtBot,
    window: MainWindow,
    large: Path,
    gate: Gate,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl+S, then PgDown: the first picture is finished and saved, not the second."""
    target = tmp_path / "first.png"
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: target)
    window.open([large])
    qtbot.waitUntil(gate.entered.is_set, timeout=PATIENCE)
    window.photo.controls.strength.setValue(50)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(window.photo.session.opened, timeout=PATIENCE):
        qtbot.keyClick(window.photo.view, Qt.Key.Key_PageDown)
    window.photo.controls.strength.setValue(100)
    gate.open.set()
    qtbot.waitUntil(lambda: window.photo.exporter.waiting == 0, timeout=PATIENCE)
    assert gate.begun == 1
    np.testing.assert_array_equal(read(target), expected(large, strength=0.5))


def test_closing_asks_while_a_result_waits(
    qtbot: QtBot,
    window: MainWindow,
    large: Path,
    gate: Gate,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Answering No keeps the window, and the result is saved."""
    target = tmp_path / "saved.png"
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: target)
    monkeypatch.setattr(dialogs, "confirm", lambda *_: False)
    window.open([large])
    qtbot.waitUntil(gate.entered.is_set, timeout=PATIENCE)
    window.photo.exporter.save()
    assert not window.close()
    gate.open.set()
    qtbot.waitUntil(target.exists, timeout=PATIENCE)
    qtbot.waitUntil(lambda: window.photo.exporter.waiting == 0, timeout=PATIENCE)


def test_saving_again_needs_no_question(
    qtbot: QtBot, window: MainWindow, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second Ctrl+S writes to the same file; Ctrl+Shift+S asks again."""
    asked = []
    target = tmp_path / "result.png"
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: asked.append(1) or target)
    open_photo(qtbot, window, photo)
    exporter = window.photo.exporter
    exporter.save()
    qtbot.waitUntil(lambda: exporter.waiting == 0 and target.exists(), timeout=PATIENCE)
    window.photo.controls.strength.setValue(0)
    exporter.save()
    qtbot.waitUntil(lambda: exporter.waiting == 0, timeout=PATIENCE)
    assert len(asked) == 1
    np.testing.assert_array_equal(read(target), read(photo))


def test_two_drags_are_two_steps_of_undo(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    """Every drag of a slider is a separate undo step."""
    open_photo(qtbot, window, photo)
    slider = window.photo.controls.strength
    for start, end in ((90, 80), (30, 100)):
        slider.setSliderDown(True)
        slider.setValue(start)
        slider.setValue(end)
        slider.setSliderDown(False)
    window.photo.bar.undo.click()
    assert window.photo.session.parameters.strength == 0.8
    window.photo.bar.undo.click()
    assert window.photo.session.parameters.strength == 1.0


def test_clicks_on_controls_leave_the_keys_alone(
    qtbot: QtBot, window: MainWindow, photo: Path
) -> None:
    """After a click on a slider the arrow keys still change the style."""
    open_photo(qtbot, window, photo)
    slider = window.photo.controls.strength
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    strength = slider.value()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Right)
    assert slider.value() == strength
    assert window.photo.session.parameters.style != "painted"


def test_parameters_are_remembered(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, photo: Path
) -> None:
    """Strength, colours, strokes, quality and blend survive a restart."""
    open_photo(qtbot, window, photo)
    changed = Parameters("quiet", "painted", 0.3, "live", 0.6, True, 512)
    window.photo.session.set_parameters(changed)
    window.close()
    again = make_window(qapp)
    qtbot.addWidget(again)
    assert again.photo.session.parameters == changed
    again.close()


@given(st.dictionaries(st.sampled_from([*Parameters.__dataclass_fields__]), JSON))
def test_any_settings_give_usable_parameters(values: dict[str, object]) -> None:
    """Arbitrary content of the settings file never prevents the window from opening."""
    parameters = Parameters.from_dict(values)
    assert 0 <= parameters.strength <= 1
    assert parameters.recipe is not None


def test_full_screen_shows_the_picture_alone(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    """F11 hides everything else; F11 again restores a maximized window."""
    open_photo(qtbot, window, photo)
    window.showMaximized()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    assert not window.photo.bar.isVisible()
    assert not window.photo.strip.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert window.isMaximized()
    assert window.photo.bar.isVisible()


def test_the_picture_is_dragged_out_as_a_file(
    qtbot: QtBot, window: MainWindow, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dragging the fitted picture offers the painted file as a copy."""
    open_photo(qtbot, window, photo)
    offered = []

    def take(drag: QDrag, actions: Qt.DropAction) -> Qt.DropAction:
        (url,) = drag.mimeData().urls()
        offered.append((read(Path(url.toLocalFile())), actions))
        return actions

    monkeypatch.setattr(QDrag, "exec", take)
    view = window.photo.view
    start = view.rect().center()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, start + QPoint(60, 0))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start)
    ((pixels, actions),) = offered
    assert actions == Qt.DropAction.CopyAction
    np.testing.assert_array_equal(pixels, expected(photo))
