"""All bot messages, in English and Russian; user-supplied values are HTML-escaped."""

from __future__ import annotations

from html import escape
from typing import Literal

from realstyler.errors import RealstylerError

Language = Literal["en", "ru"]
LANGUAGES: dict[Language, str] = {"en": "English", "ru": "Русский"}

ENGLISH: dict[str, str] = {
    "start": (
        "Hello! Send me a photo and I will paint it in a style of your choice.\n"
        "Pictures as files, albums, stickers, GIFs and short videos work too.\n\n"
        "Choose a style:"
    ),
    "help": (
        "Send a photo, a picture file, an album, a static sticker, a GIF or a short video.\n\n"
        "/style – choose a style, or write its name as a caption\n"
        "/random – a random style\n/styles – see all styles\n"
        "/settings – strength, size, colours, photo or file, language\n"
        "A number such as 65 paints the last result with that strength.\n"
        "/cancel – stop what is being painted\n/privacy – what is stored\n\n"
        "In a group: reply to a photo with /style, or mention me in its caption."
    ),
    "privacy": (
        "Stored: your settings, and for 30 days which picture you sent (its Telegram id, not the "
        "picture itself), so that the buttons under a result work. Pictures are painted in "
        "memory, clips in a temporary file; neither is kept. Results carry no camera data or place."
    ),
    "forget": "Delete my data",
    "forgotten": "Deleted.",
    "choose_style": "Choose a style:",
    "choose_style_for_picture": "Which style for this picture?",
    "no_styles": "No style is ready yet. Please come back later.",
    "style_chosen": "Style: <b>{style}</b>. Now send me a picture.",
    "unknown_style": "There is no style <b>{style}</b>.",
    "style_added": "<b>{style}</b> is one of my styles now.",
    "style_yours": (
        "I have such a style. Send the file again with the caption “replace”; the old one is kept."
    ),
    "choose_style_for_pictures": "Which style for these {count} pictures?",
    "not_taken": "Pictures not accepted: {count}. Please send them again then.",
    "one_refused": "{name}: {reason}.",
    "unsaid": "it could not be painted",
    "no_rights": "I am not allowed to send pictures here. Please ask an administrator.",
    "held_up": "⏳ <b>{style}</b>: painting is unavailable right now; yours is waiting",
    "style_gone": "This style no longer exists. Please choose another one.",
    "random": "Surprise me",
    "own_colors": "Colours of the photo",
    "style_colors": "Colours of the style",
    "clip_too_large": "The frames of this clip are too large. Please make it smaller.",
    "command_random": "A random style",
    "styles_caption": "{style}",
    "queued": "⏳ <b>{style}</b>: {ahead} before you, about {eta} s",
    "next": "⏳ <b>{style}</b>: you are next, about {eta} s",
    "working": "🎨 Painting <b>{style}</b>… {percent} %",
    "gathering": "⏳ Receiving your album…",
    "all_styles": "all styles",
    "done": "<b>{style}</b>, {strength} %",
    "album_done": "<b>{style}</b>, {strength} %: {count} pictures",
    "sheet_done": "All styles. Which one?",
    "cancel": "Cancel",
    "cancelled": "Cancelled.",
    "nothing_to_cancel": "There is nothing to cancel.",
    "too_late": "Too late, it is already done.",
    "busy": "I am very busy. Please try again in about {eta} s.",
    "busy_own": "Many of your pictures are waiting. Please wait for about {eta} s.",
    "paused": "I am paused for maintenance. Please try again a little later.",
    "slow_down": "Too many messages. Please wait a moment.",
    "refused": "This did not work: {reason}.",
    "failed": "Something went wrong on my side (number {id}). Please try again.",
    "set_aside": "I failed to paint this picture twice. Please try another one.",
    "not_yours": "Only the sender of the picture can use this button.",
    "gone": "This picture is too old. Please send it again.",
    "send_picture": "Please send me a picture: a photo, a file, a sticker, a GIF or a short video.",
    "animated_sticker": "I cannot paint animated stickers. Send a static one, a GIF or a photo.",
    "not_a_picture": "I cannot read this file type. Send JPEG, PNG, WebP, TIFF, BMP, GIF or MP4.",
    "too_big": "This file is {size} MB; I can download at most {limit} MB.",
    "too_many_pixels": "This picture has too many pixels. Please make it smaller.",
    "too_long": "This clip is too long: at most {seconds} s.",
    "another_style": "Another style",
    "strength": "Strength",
    "as_file": "As a file",
    "sheet": "All styles",
    "comparison": "Before and after",
    "favourite": "★ Favourite",
    "favourite_added": "{style} now comes first in the menu.",
    "favourite_removed": "{style} is no favourite any more.",
    "share": "Share",
    "beginning": "Paint the first {seconds} s",
    "any_number": "Or send me a number from 0 to 100.",
    "back": "« Back",
    "again": "One moment…",
    "settings": "Settings",
    "setting_strength": "Strength",
    "setting_size": "Size",
    "setting_colors": "Colours",
    "setting_output": "Send as",
    "setting_language": "Language",
    "setting_style": "Style",
    "of_style": "of the style",
    "of_photo": "of the photo",
    "photo": "photo",
    "file": "file",
    "up_to": "up to {size} px",
    "not_chosen": "not chosen",
    "saved": "Saved.",
    "choose_language": "Choose a language:",
    "command_start": "Begin",
    "command_style": "Choose a style",
    "command_styles": "See all styles",
    "command_settings": "Strength, size, colours, language",
    "command_cancel": "Stop painting",
    "command_help": "How it works",
    "command_privacy": "What is stored",
}

RUSSIAN: dict[str, str] = {
    "start": (
        "Здравствуйте! Пришлите фотографию, и я нарисую её в выбранном стиле.\n"
        "Можно прислать и файл, альбом, стикер, GIF или короткое видео.\n\n"
        "Выберите стиль:"
    ),
    "help": (
        "Пришлите фотографию, картинку файлом, альбом, обычный стикер, GIF или короткое видео.\n\n"
        "/style – выбрать стиль, или укажите его название в подписи к фото\n"
        "/random – случайный стиль\n/styles – посмотреть все стили\n"
        "/settings – сила, размер, цвета, фото или файл, язык\n"
        "Число, например 65, – нарисовать последнюю картинку с такой силой.\n"
        "/cancel – остановить рисование\n/privacy – что хранится\n\n"
        "В группе: ответьте на фотографию командой /style или упомяните меня в подписи."
    ),
    "privacy": (
        "Хранятся ваши настройки и 30 дней – сведения о присланной картинке (её номер в Telegram, "
        "не сама картинка), чтобы работали кнопки под результатом. Картинки обрабатываются в "
        "памяти, видео – во временном файле; они не сохраняются. В результатах нет данных камеры "
        "и места съёмки."
    ),
    "forget": "Удалить мои данные",
    "forgotten": "Удалено.",
    "choose_style": "Выберите стиль:",
    "choose_style_for_picture": "В каком стиле нарисовать?",
    "no_styles": "Пока ни один стиль не готов. Загляните позже.",
    "style_chosen": "Стиль: <b>{style}</b>. Теперь пришлите картинку.",
    "unknown_style": "Стиля <b>{style}</b> нет.",
    "style_added": "<b>{style}</b> теперь среди моих стилей.",
    "style_yours": (
        "Такой стиль у меня есть. Пришлите файл ещё раз с подписью «заменить»; прежний сохранится."
    ),
    "choose_style_for_pictures": "В каком стиле нарисовать эти картинки ({count})?",
    "not_taken": "Не принято картинок: {count}. Пришлите их позже ещё раз.",
    "one_refused": "{name}: {reason}.",
    "unsaid": "её не удалось нарисовать",
    "no_rights": "Мне нельзя присылать сюда картинки. Попросите администратора разрешить это.",
    "held_up": "⏳ <b>{style}</b>: рисование сейчас недоступно, картинка ждёт очереди",
    "style_gone": "Этого стиля больше нет. Выберите другой.",
    "random": "Удивите меня",
    "own_colors": "Цвета фотографии",
    "style_colors": "Цвета стиля",
    "clip_too_large": "Кадры этого видео слишком большие. Уменьшите его.",
    "command_random": "Случайный стиль",
    "styles_caption": "{style}",
    "queued": "⏳ <b>{style}</b>: перед вами {ahead}, примерно {eta} с",
    "next": "⏳ <b>{style}</b>: ваша очередь следующая, примерно {eta} с",
    "working": "🎨 Рисую: <b>{style}</b>… {percent} %",
    "gathering": "⏳ Получаю ваш альбом…",
    "all_styles": "все стили",
    "done": "<b>{style}</b>, {strength} %",
    "album_done": "<b>{style}</b>, {strength} %, картинок: {count}",
    "sheet_done": "Все стили. Какой выбрать?",
    "cancel": "Отменить",
    "cancelled": "Отменено.",
    "nothing_to_cancel": "Отменять нечего.",
    "too_late": "Поздно: уже готово.",
    "busy": "Сейчас много запросов. Попробуйте примерно через {eta} с.",
    "busy_own": "Ваших картинок в очереди уже много. Подождите примерно {eta} с.",
    "paused": "Идёт обслуживание. Попробуйте немного позже.",
    "slow_down": "Слишком много сообщений. Подождите немного.",
    "refused": "Не получилось: {reason}.",
    "failed": "Произошла внутренняя ошибка (номер {id}). Попробуйте ещё раз.",
    "set_aside": "Эту картинку не удалось нарисовать с двух попыток. Попробуйте другую.",
    "not_yours": "Эту кнопку может нажать только тот, кто прислал картинку.",
    "gone": "Эта картинка слишком давняя. Пришлите её ещё раз.",
    "send_picture": "Пришлите картинку: фотографию, файл, стикер, GIF или короткое видео.",
    "animated_sticker": "Анимированные стикеры я не рисую. Пришлите обычный, GIF или фотографию.",
    "not_a_picture": "Такой файл не годится. Пришлите JPEG, PNG, WebP, TIFF, BMP, GIF или MP4.",
    "too_big": "Размер файла – {size} МБ; я могу скачать не больше {limit} МБ.",
    "too_many_pixels": "В картинке слишком много пикселей. Уменьшите её.",
    "too_long": "Слишком длинное видео: можно не больше {seconds} с.",
    "another_style": "Другой стиль",
    "strength": "Сила",
    "as_file": "Файлом",
    "sheet": "Все стили",
    "comparison": "До и после",
    "favourite": "★ В избранное",
    "favourite_added": "Стиль «{style}» теперь первый в меню.",
    "favourite_removed": "Стиль «{style}» больше не в избранном.",
    "share": "Поделиться",
    "beginning": "Нарисовать первые {seconds} с",
    "any_number": "Или пришлите число от 0 до 100.",
    "back": "« Назад",
    "again": "Сейчас…",
    "settings": "Настройки",
    "setting_strength": "Сила",
    "setting_size": "Размер",
    "setting_colors": "Цвета",
    "setting_output": "Присылать",
    "setting_language": "Язык",
    "setting_style": "Стиль",
    "of_style": "стиля",
    "of_photo": "фотографии",
    "photo": "фото",
    "file": "файл",
    "up_to": "до {size} px",
    "not_chosen": "не выбран",
    "saved": "Сохранено.",
    "choose_language": "Выберите язык:",
    "command_start": "Начать",
    "command_style": "Выбрать стиль",
    "command_styles": "Посмотреть все стили",
    "command_settings": "Сила, размер, цвета, язык",
    "command_cancel": "Остановить рисование",
    "command_help": "Как пользоваться",
    "command_privacy": "Что хранится",
}

TEXTS: dict[Language, dict[str, str]] = {"en": ENGLISH, "ru": RUSSIAN}


def reason(language: str, error: RealstylerError) -> str | None:
    """Return why something was refused and what to do; None if a chat must not see it."""
    return error.for_chat("ru" if language == "ru" else "en")


def say(language: str, key: str, **values: object) -> str:
    """Return a text with its values filled in, as HTML for Telegram."""
    text = TEXTS["ru" if language == "ru" else "en"][key]
    return text.format(**{name: escape(str(value)) for name, value in values.items()})


def language_of(code: str | None) -> Language:
    """Choose a language by the language code of the user's app, e.g. ``pt-br``."""
    # Russian only for Russian apps; anyone can choose it in /language.
    return "ru" if (code or "").split("-")[0].lower() == "ru" else "en"
