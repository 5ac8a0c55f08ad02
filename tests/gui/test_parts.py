"""Parts of the window that need no window: mailbox, viewport, meter, look, files, translations."""

from __future__ import annotations

import re
import threading
import xml.etree.ElementTree as ET
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler.errors import RealstylerError
from realstyler_gui.live.meter import Meter
from realstyler_gui.look import Look
from realstyler_gui.mailbox import Mailbox
from realstyler_gui.photo.saving import free_name, with_suffix
from realstyler_gui.settings import Settings
from realstyler_gui.tasks import Task, Tasks
from realstyler_gui.theme import DARK, LIGHT, Colours
from realstyler_gui.view.viewport import Viewport

sizes = st.floats(1, 20_000)


def test_the_latest_item_wins() -> None:
    """A mailbox holds one item, counts what it replaced, and lets a waiting reader go."""
    mailbox: Mailbox[int] = Mailbox()
    for number in range(5):
        mailbox.put(number)
    assert mailbox.take() == 4
    assert mailbox.replaced == 4
    taken: list[int | None] = []
    reader = threading.Thread(target=lambda: taken.append(mailbox.take()))
    reader.start()
    mailbox.close()
    reader.join(10)
    assert taken == [None]


@given(sizes, sizes, sizes, sizes, st.lists(st.tuples(st.floats(0.2, 5), sizes, sizes), max_size=8))
def test_a_picture_never_leaves_its_view(
    width: float,
    height: float,
    across: float,
    down: float,
    steps: list[tuple[float, float, float]],
) -> None:
    """Whatever is zoomed and dragged, the picture fills the view or lies in its middle."""
    port = Viewport()
    port.resize(across, down)
    port.show(width, height)
    for factor, x, y in steps:
        port.zoom(factor, min(x, across), min(y, down))
        port.pan(x - y, y - x)
        for start, length, room in (
            (port.left, port.width * port.scale, port.view_width),
            (port.top, port.height * port.scale, port.view_height),
        ):
            if length <= room:
                assert abs(start - (room - length) / 2) <= 1
            else:
                assert start <= 0.5
                assert start + length >= room - 1


@given(sizes, sizes, sizes, sizes)
def test_fitting_shows_everything(width: float, height: float, across: float, down: float) -> None:
    """A fitted picture is inside the view and not enlarged beyond its limit."""
    port = Viewport()
    port.resize(across, down)
    port.show(width, height)
    assert port.scale <= port.fit_limit
    assert port.width * port.scale <= across * (1 + 1e-9)
    assert port.height * port.scale <= down * (1 + 1e-9)


def test_the_meter_reads_pace_and_latency() -> None:
    """30 frames a second with 40 ms each; what is older than two seconds does not count."""
    meter = Meter()
    meter.count(0.0, 1.0)
    for number in range(90):
        shown = 5 + number / 30
        meter.count(shown - 0.04, shown)
    reading = meter.read(5 + 89 / 30)
    assert reading is not None
    assert reading.frames_per_second == pytest.approx(30)
    assert reading.latency == pytest.approx(0.04)
    assert meter.read(100.0) is None


@pytest.mark.parametrize(("usual", "late"), [(0.04, True), (0.4, False)])
def test_only_stragglers_are_late(usual: float, late: bool) -> None:
    """A frame of 300 ms is late among fresh ones, not where the computer is that slow."""
    meter = Meter()
    for number in range(10):
        meter.count(5 + number / 10 - usual, 5 + number / 10)
    assert meter.is_late(5.7, 6.0) is late
    assert not meter.is_late(5.9, 6.0)
    assert meter.is_late(59.0, 60.0) is late, "after a standstill"
    assert not Meter().is_late(0.0, 6.0)


@given(st.floats(0, 1))
def test_a_recipe_is_what_the_engine_reads(share: float) -> None:
    """Every look's recipe is a blend that the engine accepts, with the right styles in it."""
    from realstyler.engine import parse_blend

    look = Look(style="mosaic", second="night", share=round(share, 2))
    names = set(parse_blend(look.recipe).names)
    assert names <= {"mosaic", "night"}
    assert ("night" in names) == (look.share > 0)


def test_names_are_free_and_have_a_format(tmp_path: Path) -> None:
    """A proposed name does not exist; one without a suffix gets that of the chosen format."""
    (tmp_path / "a.jpg").touch()
    (tmp_path / "a-2.jpg").touch()
    assert free_name(tmp_path / "a.jpg") == tmp_path / "a-3.jpg"
    assert with_suffix(Path("b"), "WebP (*.webp)") == Path("b.webp")
    assert with_suffix(Path("b.PNG"), "WebP (*.webp)") == Path("b.PNG")


def test_work_runs_beside_and_ends_in_the_main_thread(qtbot: QtBot, qapp: QApplication) -> None:
    """A result, an error and an unexpected exception arrive in the main thread; others go on."""
    tasks, outcomes = Tasks(), []

    def fail(_: Task[None]) -> None:
        raise KeyError("oops")

    def note(outcome: object) -> None:
        outcomes.append((outcome, QThread.currentThread() is qapp.thread()))

    tasks.run(lambda _: QThread.currentThread() is qapp.thread(), note, note)
    tasks.run(fail, note, note)
    qtbot.waitUntil(lambda: len(outcomes) == 2, timeout=PATIENCE)
    results = {type(outcome): (outcome, main) for outcome, main in outcomes}
    assert results[bool] == (False, True)
    error, in_main = results[RealstylerError]
    assert "KeyError" in str(error)
    assert in_main
    assert tasks.close()


def test_cancelled_work_says_nothing(qtbot: QtBot, qapp: QApplication) -> None:
    """After `cancel` neither a result nor an error arrives, and closing waits for the work."""
    tasks, outcomes, entered = Tasks(), [], threading.Event()

    def work(task: Task[None]) -> None:
        entered.set()
        while True:
            task.cancel.check()

    task = tasks.run(work, outcomes.append, outcomes.append)
    assert entered.wait(30)
    task.cancel()
    assert tasks.close()
    qtbot.wait(50)
    assert outcomes == []


def test_settings_survive_nonsense(qapp: QApplication) -> None:
    """Values of the wrong type count as missing; vanished folders and pictures too."""
    settings = Settings()
    settings.keep("threads", "many")
    settings.keep("folder/open", "/no/such/folder")
    settings.keep("recent", "/gone.jpg\n\n")
    assert settings.number("threads", 3) == 3
    assert settings.folder("open").is_dir()
    assert settings.recent == []


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_its_background(colours: Colours) -> None:
    """Contrast after WCAG 2.1: 4.5 for text of every kind."""
    pairs = [
        (text, ground)
        for text in (colours.text, colours.muted, colours.accent, colours.danger)
        for ground in (colours.window, colours.surface)
    ]
    pairs += [(colours.on_accent, colours.accent), (colours.muted, colours.canvas)]
    for text, ground in pairs:
        assert contrast(text, ground) >= 4.5, (text, ground, contrast(text, ground))


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours (WCAG 2.1)."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb."""
    levels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in levels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_translation_is_complete() -> None:
    """Every text has a Russian translation with the same placeholders, and is compiled."""
    folder = files("realstyler_gui").joinpath("translations")
    tree = ET.fromstring(folder.joinpath("realstyler_gui_ru.ts").read_bytes())
    messages = list(tree.iter("message"))
    assert len(messages) > 200
    for message in messages:
        source, translation = message.findtext("source"), message.find("translation")
        assert translation is not None
        assert translation.get("type") is None, source
        forms = [form.text for form in translation.iter("numerusform")] or [translation.text]
        for form in forms:
            assert placeholders(form or "") == placeholders(source or ""), source
    assert folder.joinpath("realstyler_gui_ru.qm").is_file()


def placeholders(text: str) -> set[str]:
    """The fields that a program fills in."""
    return set(re.findall(r"\{[^}]*\}|%n", text))


def test_no_text_is_missing_in_the_translation(tmp_path: Path) -> None:
    """What Qt's own tool finds in the source is what the translation holds."""
    import shutil
    import subprocess
    import sys

    tool = Path(sys.executable).with_name("pyside6-lupdate")
    if not tool.exists():
        pytest.skip("Qt's translation tools are not installed")
    package = Path(str(files("realstyler_gui")))
    copy = tmp_path / "found.ts"
    shutil.copy(package / "translations/realstyler_gui_ru.ts", copy)
    sources = [str(path) for path in sorted(package.rglob("*.py"))]
    command = [str(tool), *sources, "-no-obsolete", "-locations", "none", "-ts", str(copy)]
    subprocess.run(command, check=True, capture_output=True)
    tree = ET.parse(copy)
    assert not [m.findtext("source") for m in tree.iter("message") if _unfinished(m)]


def _unfinished(message: ET.Element) -> bool:
    translation = message.find("translation")
    return translation is None or translation.get("type") == "unfinished"


def test_russian_is_spoken(qtbot: QtBot, qapp: QApplication, styles: list[str]) -> None:
    """With Russian chosen the window, and Qt's own plurals in it, are Russian."""
    from PySide6.QtCore import QTranslator

    from realstyler_gui.application import make_window

    Settings().keep("language", "ru")
    window = make_window(qapp)
    qtbot.addWidget(window)
    assert window.photo.save_button.text() == "Сохранить…"
    window.show_mode(2)
    assert window.page(2).tr("%n picture(s)", "", 3) == "3 снимка"
    window.close()
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
