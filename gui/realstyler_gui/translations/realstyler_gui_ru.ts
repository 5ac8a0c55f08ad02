<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru" sourcelanguage="en">
<context>
    <name>Batch</name>
    <message>
        <source>{fps} fps</source>
        <translation>{fps} кадр/с</translation>
    </message>
    <message>
        <source>{fps} fps, {time} left</source>
        <translation>{fps} кадр/с, осталось {time}</translation>
    </message>
</context>
<context>
    <name>BatchModel</name>
    <message>
        <source>File</source>
        <translation>Файл</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Папка</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Состояние</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>в очереди</translation>
    </message>
    <message>
        <source>painting…</source>
        <translation>рисуется…</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>ошибка</translation>
    </message>
    <message>
        <source>saved as {name}</source>
        <translation>сохранено как {name}</translation>
    </message>
</context>
<context>
    <name>BatchPage</name>
    <message>
        <source>Add files…</source>
        <translation>Добавить файлы…</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Добавить папку…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Убрать</translation>
    </message>
    <message>
        <source>Remove the selected files from the list</source>
        <translation>Убрать выбранные файлы из списка</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Очистить</translation>
    </message>
    <message>
        <source>Clear the list; no files are deleted</source>
        <translation>Очистить список; файлы останутся на месте</translation>
    </message>
    <message>
        <source>Drop pictures, videos or a folder here</source>
        <translation>Перетащите сюда снимки, видео или папку</translation>
    </message>
    <message>
        <source>All are painted in one style; the originals are not changed</source>
        <translation>Все они будут нарисованы в одном стиле; оригиналы не изменятся</translation>
    </message>
    <message>
        <source>Progress of the batch</source>
        <translation>Ход обработки</translation>
    </message>
    <message>
        <source>Show results</source>
        <translation>Показать результаты</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Отмена</translation>
    </message>
    <message>
        <source>Paint all</source>
        <translation>Нарисовать все</translation>
    </message>
    <message>
        <source>Paint all unfinished files</source>
        <translation>Нарисовать все файлы, которые ещё не готовы</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>Добавить папку</translation>
    </message>
    <message>
        <source>A batch is running. Stop it and close?</source>
        <translation>Идёт пакетная обработка. Остановить её и закрыть окно?</translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s)</source>
        <translation>
            <numerusform>%n снимок</numerusform>
            <numerusform>%n снимка</numerusform>
            <numerusform>%n снимков</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n video(s)</source>
        <translation>
            <numerusform>%n видео</numerusform>
            <numerusform>%n видео</numerusform>
            <numerusform>%n видео</numerusform>
        </translation>
    </message>
    <message>
        <source>{count} done</source>
        <translation>готово: {count}</translation>
    </message>
    <message>
        <source>{count} failed</source>
        <translation>ошибок: {count}</translation>
    </message>
    <message>
        <source>{done} done, {failed} failed, {waiting} left</source>
        <translation>Готово: {done}, ошибок: {failed}, осталось: {waiting}</translation>
    </message>
</context>
<context>
    <name>FileList</name>
    <message>
        <source>Files of the batch</source>
        <translation>Файлы пакета</translation>
    </message>
    <message>
        <source>Open the result</source>
        <translation>Открыть результат</translation>
    </message>
    <message>
        <source>Open the original</source>
        <translation>Открыть исходный файл</translation>
    </message>
    <message>
        <source>Show in its folder</source>
        <translation>Показать в папке</translation>
    </message>
    <message>
        <source>Paint again</source>
        <translation>Нарисовать заново</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Убрать</translation>
    </message>
</context>
<context>
    <name>BatchSettings</name>
    <message>
        <source>Folder for the results</source>
        <translation>Папка для результатов</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Стиль</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Формат</translation>
    </message>
    <message>
        <source>same as the original</source>
        <translation>как у оригинала</translation>
    </message>
    <message>
        <source>Save to</source>
        <translation>Сохранить в</translation>
    </message>
</context>
<context>
    <name>Captures</name>
    <message>
        <source>Painting the snapshot…</source>
        <translation>Рисую снимок…</translation>
    </message>
    <message>
        <source>Folder for snapshots and recordings</source>
        <translation>Папка для снимков и записей</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>Сохранено: {name}</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Показать</translation>
    </message>
</context>
<context>
    <name>Comparison</name>
    <message>
        <source>Nothing is painted yet</source>
        <translation>Пока ничего не нарисовано</translation>
    </message>
    <message>
        <source>No result is pinned</source>
        <translation>Ни один результат не закреплён</translation>
    </message>
    <message>
        <source>Swap the results</source>
        <translation>Поменять результаты местами</translation>
    </message>
</context>
<context>
    <name>ControlsPanel</name>
    <message>
        <source>Strength</source>
        <translation>Сила</translation>
    </message>
    <message>
        <source>Keep the photo&apos;s colours</source>
        <translation>Сохранить цвета снимка</translation>
    </message>
    <message>
        <source>Paint the brightness only and keep the colours</source>
        <translation>Рисовать только яркость, цвета не менять</translation>
    </message>
    <message>
        <source>Stroke size</source>
        <translation>Размер мазка</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Качество</translation>
    </message>
    <message>
        <source>Finest</source>
        <translation>Лучшее</translation>
    </message>
    <message>
        <source>Fastest</source>
        <translation>Быстрое</translation>
    </message>
    <message>
        <source>Finest looks best; fastest is meant for video</source>
        <translation>Лучшее рисует красивее, быстрое предназначено для видео</translation>
    </message>
    <message>
        <source>Blend with</source>
        <translation>Смешать с</translation>
    </message>
    <message>
        <source>Mix in a second style</source>
        <translation>Примешать второй стиль</translation>
    </message>
    <message>
        <source>Blend</source>
        <translation>Смешение</translation>
    </message>
    <message>
        <source>Share of the second style</source>
        <translation>Доля второго стиля</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Сбросить</translation>
    </message>
    <message>
        <source>Reset strength, strokes, colours and blend</source>
        <translation>Сбросить силу, мазки, цвета и смешение</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Доля</translation>
    </message>
    <message>
        <source>No trained style</source>
        <translation>Нет обученных стилей</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>автоматически</translation>
    </message>
    <message>
        <source>native</source>
        <translation>как у снимка</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>ничем</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Экспорт</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Формат</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Размер</translation>
    </message>
    <message>
        <source>{side} px, longer side</source>
        <translation>{side} пикс. по длинной стороне</translation>
    </message>
    <message>
        <source>same as the original</source>
        <translation>как у оригинала</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Качество</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>Метаданные</translation>
    </message>
    <message>
        <source>all except the location</source>
        <translation>все, кроме места съёмки</translation>
    </message>
    <message>
        <source>all, including the location</source>
        <translation>все, включая место съёмки</translation>
    </message>
    <message>
        <source>none</source>
        <translation>никаких</translation>
    </message>
    <message>
        <source>Original next to the result</source>
        <translation>Оригинал рядом с результатом</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Экспортировать…</translation>
    </message>
</context>
<context>
    <name>Exporter</name>
    <message>
        <source>Open a picture first</source>
        <translation>Сначала откройте снимок</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Скопировано</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>Сохранено: {name}</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Показать</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>open, paste a picture</source>
        <translation>открыть, вставить снимок</translation>
    </message>
    <message>
        <source>save, save as, export, copy the result</source>
        <translation>сохранить, сохранить как, экспорт, копировать результат</translation>
    </message>
    <message>
        <source>undo, redo</source>
        <translation>отменить, повторить</translation>
    </message>
    <message>
        <source>copy, paste all settings</source>
        <translation>скопировать, вставить все настройки</translation>
    </message>
    <message>
        <source>paint the whole folder like this picture</source>
        <translation>нарисовать всю папку как этот снимок</translation>
    </message>
    <message>
        <source>previous, next style</source>
        <translation>предыдущий, следующий стиль</translation>
    </message>
    <message>
        <source>previous, next picture in the folder</source>
        <translation>предыдущий, следующий снимок папки</translation>
    </message>
    <message>
        <source>hold to see the original</source>
        <translation>удерживать, чтобы видеть оригинал</translation>
    </message>
    <message>
        <source>find a style, make it a favourite</source>
        <translation>найти стиль, сделать его избранным</translation>
    </message>
    <message>
        <source>all styles on this picture</source>
        <translation>все стили на этом снимке</translation>
    </message>
    <message>
        <source>new style from a picture, from this picture</source>
        <translation>новый стиль из картины, из этой картины</translation>
    </message>
    <message>
        <source>compare, move the divider</source>
        <translation>сравнить, сдвинуть границу</translation>
    </message>
    <message>
        <source>compare two results: pin this one as A</source>
        <translation>сравнить два результата: закрепить этот как A</translation>
    </message>
    <message>
        <source>hold to see A; swap A and B</source>
        <translation>держать, чтобы видеть A; поменять A и B</translation>
    </message>
    <message>
        <source>fit, 100%, zoom</source>
        <translation>целиком, 100 %, масштаб</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Пробел</translation>
    </message>
    <message>
        <source>snapshot, in live mode</source>
        <translation>снимок с камеры</translation>
    </message>
    <message>
        <source>record, mirror, in live mode</source>
        <translation>запись и зеркало камеры</translation>
    </message>
    <message>
        <source>pause a video; go back, forward</source>
        <translation>приостановить видео; назад, вперёд</translation>
    </message>
    <message>
        <source>photo, live, batch, styles</source>
        <translation>фото, камера, пакет, стили</translation>
    </message>
    <message>
        <source>reload styles, full screen, stop</source>
        <translation>обновить стили, весь экран, остановить</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Клавиши</translation>
    </message>
    <message>
        <source>Paints photographs, videos and webcams in artistic styles.</source>
        <translation>Рисует фотографии, видео и съёмку с веб-камеры в художественных стилях.</translation>
    </message>
    <message>
        <source>Program: MIT. Trained networks: CC BY 4.0. Style pictures: CC0. Qt and PySide6: LGPL 3. OpenVINO: Apache 2.0.</source>
        <translation>Программа: MIT. Обученные сети: CC BY 4.0. Картины стилей: CC0. Qt и PySide6: LGPL 3. OpenVINO: Apache 2.0.</translation>
    </message>
    <message>
        <source>Log: {path}</source>
        <translation>Журнал: {path}</translation>
    </message>
    <message>
        <source>About realstyler</source>
        <translation>О программе realstyler</translation>
    </message>
</context>
<context>
    <name>Intake</name>
    <message>
        <source>Open a folder</source>
        <translation>Открыть папку</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) of your last batch are left</source>
        <translation>
            <numerusform>Остался %n файл последнего пакета</numerusform>
            <numerusform>Осталось %n файла последнего пакета</numerusform>
            <numerusform>Осталось %n файлов последнего пакета</numerusform>
        </translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Продолжить</translation>
    </message>
    <message>
        <source>Videos are painted in batch mode</source>
        <translation>Видео рисуются в пакетном режиме</translation>
    </message>
    <message>
        <source>Add them all</source>
        <translation>Добавить все</translation>
    </message>
</context>
<context>
    <name>LivePage</name>
    <message>
        <source>Live picture</source>
        <translation>Живая картина</translation>
    </message>
    <message>
        <source>Play a video…</source>
        <translation>Открыть видео…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Ещё раз</translation>
    </message>
    <message>
        <source>No camera</source>
        <translation>Нет камеры</translation>
    </message>
    <message>
        <source>The microphone is not connected: this recording has no sound</source>
        <translation>Микрофон не подключён: запись без звука</translation>
    </message>
    <message>
        <source>Preparing {title}…</source>
        <translation>Готовится «{title}»…</translation>
    </message>
    <message>
        <source>{title} is not trained yet</source>
        <translation>Стиль «{title}» ещё не обучен</translation>
    </message>
</context>
<context>
    <name>LiveToolbar</name>
    <message>
        <source>Source</source>
        <translation>Источник</translation>
    </message>
    <message>
        <source>Choose a source</source>
        <translation>Выберите источник</translation>
    </message>
    <message>
        <source>Camera, video file or screen</source>
        <translation>Камера, видеофайл или экран</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>Зеркально</translation>
    </message>
    <message>
        <source>Compare side by side</source>
        <translation>Сравнить с оригиналом</translation>
    </message>
    <message>
        <source>Size of the painted frames</source>
        <translation>Размер кадров</translation>
    </message>
    <message>
        <source>Longer side of the painted frames: smaller is faster</source>
        <translation>Длинная сторона кадра: чем меньше, тем быстрее</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Качество</translation>
    </message>
    <message>
        <source>Fastest</source>
        <translation>Быстрое</translation>
    </message>
    <message>
        <source>Finest</source>
        <translation>Лучшее</translation>
    </message>
    <message>
        <source>Fastest is meant for video; finest needs a powerful computer</source>
        <translation>Быстрое предназначено для видео, лучшему нужен мощный компьютер</translation>
    </message>
    <message>
        <source>Steady</source>
        <translation>Без мерцания</translation>
    </message>
    <message>
        <source>Reduce flicker where the picture does not move</source>
        <translation>Уменьшить мерцание там, где изображение неподвижно</translation>
    </message>
    <message>
        <source>Frames per second, and delay from camera to screen</source>
        <translation>Кадры в секунду и задержка от камеры до экрана</translation>
    </message>
    <message>
        <source>Preparing…</source>
        <translation>Готовится…</translation>
    </message>
    <message>
        <source>{rate} fps · {latency} ms</source>
        <translation>{rate} кадр/с · {latency} мс</translation>
    </message>
</context>
<context>
    <name>LossCurve</name>
    <message>
        <source>Loss curve</source>
        <translation>Кривая потерь</translation>
    </message>
    <message>
        <source>The curve begins with the first line of progress</source>
        <translation>Кривая начнётся с первых шагов</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Photo</source>
        <translation>Фото</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Камера</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Пакет</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Стили</translation>
    </message>
    <message numerus="yes">
        <source>%n style(s) found</source>
        <translation>
            <numerusform>Найден %n стиль</numerusform>
            <numerusform>Найдено %n стиля</numerusform>
            <numerusform>Найдено %n стилей</numerusform>
        </translation>
    </message>
    <message>
        <source>The language changes after a restart: something is running</source>
        <translation>Язык сменится после перезапуска: сейчас идёт работа</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Файл</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>&amp;Открыть…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Недавние</translation>
    </message>
    <message>
        <source>Open a &amp;folder…</source>
        <translation>Открыть &amp;папку…</translation>
    </message>
    <message>
        <source>&amp;Paint the whole folder like this</source>
        <translation>На&amp;рисовать так всю папку</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Сохранить</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>Сохранить &amp;как…</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Экспорт…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>В&amp;ыход</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Правка</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Отменить</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Повторить</translation>
    </message>
    <message>
        <source>&amp;Copy the result</source>
        <translation>&amp;Копировать результат</translation>
    </message>
    <message>
        <source>&amp;Paste a picture</source>
        <translation>&amp;Вставить снимок</translation>
    </message>
    <message>
        <source>Copy the &amp;settings</source>
        <translation>Скопировать &amp;настройки</translation>
    </message>
    <message>
        <source>Paste the s&amp;ettings</source>
        <translation>Вст&amp;авить настройки</translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation>&amp;Настройки…</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Вид</translation>
    </message>
    <message>
        <source>&amp;Photo</source>
        <translation>&amp;Фото</translation>
    </message>
    <message>
        <source>&amp;Live</source>
        <translation>&amp;Камера</translation>
    </message>
    <message>
        <source>&amp;Batch</source>
        <translation>&amp;Пакет</translation>
    </message>
    <message>
        <source>&amp;Styles</source>
        <translation>&amp;Стили</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>У&amp;величить</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>У&amp;меньшить</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>&amp;Целиком</translation>
    </message>
    <message>
        <source>&amp;100%</source>
        <translation>&amp;100 %</translation>
    </message>
    <message>
        <source>&amp;Compare</source>
        <translation>С&amp;равнить</translation>
    </message>
    <message>
        <source>Compare &amp;two results</source>
        <translation>Сравнить &amp;два результата</translation>
    </message>
    <message>
        <source>S&amp;wap the results</source>
        <translation>По&amp;менять результаты местами</translation>
    </message>
    <message>
        <source>Full &amp;screen</source>
        <translation>Во весь &amp;экран</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>&amp;Оформление</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>&amp;Язык</translation>
    </message>
    <message>
        <source>P&amp;rocessor use</source>
        <translation>&amp;Нагрузка процессора</translation>
    </message>
    <message>
        <source>&amp;Next style</source>
        <translation>&amp;Следующий стиль</translation>
    </message>
    <message>
        <source>&amp;Previous style</source>
        <translation>&amp;Предыдущий стиль</translation>
    </message>
    <message>
        <source>&amp;All styles on this picture…</source>
        <translation>&amp;Все стили на этом снимке…</translation>
    </message>
    <message>
        <source>&amp;Find a style</source>
        <translation>На&amp;йти стиль</translation>
    </message>
    <message>
        <source>&amp;Favourite</source>
        <translation>&amp;Избранный</translation>
    </message>
    <message>
        <source>New style from &amp;this picture…</source>
        <translation>Новый стиль из &amp;этой картины…</translation>
    </message>
    <message>
        <source>New style from a picture…</source>
        <translation>Новый стиль из картины…</translation>
    </message>
    <message>
        <source>&amp;Reload styles</source>
        <translation>&amp;Обновить стили</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>Спр&amp;авка</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Клавиши</translation>
    </message>
    <message>
        <source>&amp;About realstyler</source>
        <translation>&amp;О программе realstyler</translation>
    </message>
    <message>
        <source>No recent pictures</source>
        <translation>Недавних снимков нет</translation>
    </message>
    <message>
        <source>Clear this list</source>
        <translation>Очистить список</translation>
    </message>
</context>
<context>
    <name>MicrophoneButton</name>
    <message>
        <source>Record without sound</source>
        <translation>Записывать без звука</translation>
    </message>
    <message>
        <source>No microphone found</source>
        <translation>Микрофон не найден</translation>
    </message>
    <message>
        <source>Sound of recordings: the microphone is on</source>
        <translation>Звук записи: микрофон включён</translation>
    </message>
    <message>
        <source>Sound of recordings: none</source>
        <translation>Звук записи: нет</translation>
    </message>
</context>
<context>
    <name>NewStyleDialog</name>
    <message>
        <source>New style from a picture</source>
        <translation>Новый стиль из картины</translation>
    </message>
    <message>
        <source>Choose a picture…</source>
        <translation>Выбрать картину…</translation>
    </message>
    <message>
        <source>e.g. Red chalk</source>
        <translation>например, Сангина</translation>
    </message>
    <message>
        <source>Small letters, digits and hyphens</source>
        <translation>Строчные латинские буквы, цифры и дефисы</translation>
    </message>
    <message>
        <source>optional</source>
        <translation>необязательно</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Лицензия</translation>
    </message>
    <message>
        <source>for myself only</source>
        <translation>только для себя</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Название</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Имя</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Автор</translation>
    </message>
    <message>
        <source>Shown on</source>
        <translation>Показывать на</translation>
    </message>
    <message>
        <source>The app paints and cannot train; to train, install Python, then pip install &apos;realstyler[gui,train]&apos;</source>
        <translation>Приложение рисует, но не обучает; чтобы обучать, установите Python, затем pip install &apos;realstyler[gui,train]&apos;</translation>
    </message>
    <message>
        <source>Training needs the extra “train”: pip install &apos;realstyler[train]&apos;</source>
        <translation>Для обучения нужно дополнение «train»: pip install &apos;realstyler[train]&apos;</translation>
    </message>
    <message>
        <source>It learns in the background, some minutes for photographs and some for video, on this computer alone. You see what it has learned and end it when you like it.</source>
        <translation>Стиль учится в фоне, несколько минут для снимков и несколько для видео, только на этом компьютере. Вы видите, чему он научился, и останавливаете, когда нравится.</translation>
    </message>
    <message>
        <source>Only make it</source>
        <translation>Только создать</translation>
    </message>
    <message>
        <source>Make and train it</source>
        <translation>Создать и обучить</translation>
    </message>
    <message>
        <source>Choose a photograph…</source>
        <translation>Выбрать снимок…</translation>
    </message>
</context>
<context>
    <name>OfferDialog</name>
    <message>
        <source>Add this style?</source>
        <translation>Добавить этот стиль?</translation>
    </message>
    <message>
        <source>Style picture</source>
        <translation>Картина стиля</translation>
    </message>
    <message>
        <source>A photograph in this style</source>
        <translation>Снимок в этом стиле</translation>
    </message>
    <message>
        <source>Add it</source>
        <translation>Добавить</translation>
    </message>
</context>
<context>
    <name>PhotoCommands</name>
    <message>
        <source>There is no picture on the clipboard</source>
        <translation>В буфере обмена нет снимка</translation>
    </message>
    <message>
        <source>This picture is not in a folder</source>
        <translation>Этот снимок не из папки</translation>
    </message>
    <message>
        <source>Open a picture first</source>
        <translation>Сначала откройте снимок</translation>
    </message>
</context>
<context>
    <name>PhotoPage</name>
    <message>
        <source>Picture</source>
        <translation>Снимок</translation>
    </message>
    <message>
        <source>Open a picture…</source>
        <translation>Открыть снимок…</translation>
    </message>
    <message>
        <source>Try it with a sample</source>
        <translation>Попробовать на примере</translation>
    </message>
    <message>
        <source>Drop a photo here</source>
        <translation>Перетащите сюда снимок</translation>
    </message>
    <message>
        <source>or paste one with Ctrl+V, or drop a whole folder</source>
        <translation>или вставьте его: Ctrl+V, или перетащите целую папку</translation>
    </message>
    <message>
        <source>Compare with this style</source>
        <translation>Сравнить с этим стилем</translation>
    </message>
    <message numerus="yes">
        <source>%n result(s) not saved yet. Close anyway?</source>
        <translation>
            <numerusform>%n результат ещё не сохранён. Закрыть без него?</numerusform>
            <numerusform>%n результата ещё не сохранены. Закрыть без них?</numerusform>
            <numerusform>%n результатов ещё не сохранены. Закрыть без них?</numerusform>
        </translation>
    </message>
    <message>
        <source>{title} is not trained yet</source>
        <translation>Стиль «{title}» ещё не обучен</translation>
    </message>
    <message>
        <source>Train it</source>
        <translation>Обучить</translation>
    </message>
    <message>
        <source>pasted picture</source>
        <translation>вставленный снимок</translation>
    </message>
    <message>
        <source>No recent pictures</source>
        <translation>Недавних снимков нет</translation>
    </message>
</context>
<context>
    <name>PhotoToolbar</name>
    <message>
        <source>Open pictures</source>
        <translation>Открыть снимки</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Отменить</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Повторить</translation>
    </message>
    <message>
        <source>Previous picture</source>
        <translation>Предыдущий снимок</translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation>Следующий снимок</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Уменьшить</translation>
    </message>
    <message>
        <source>Fit, or 100% (Ctrl+0, Ctrl+1)</source>
        <translation>Целиком или 100 % (Ctrl+0, Ctrl+1)</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Увеличить</translation>
    </message>
    <message>
        <source>Compare side by side</source>
        <translation>Сравнить с оригиналом</translation>
    </message>
    <message>
        <source>Compare two results: pin this one, then choose another style</source>
        <translation>Сравнить два результата: закрепите этот и выберите другой стиль</translation>
    </message>
    <message>
        <source>Hold to see the original</source>
        <translation>Удерживайте, чтобы видеть оригинал</translation>
    </message>
    <message>
        <source>All styles on this picture</source>
        <translation>Все стили на этом снимке</translation>
    </message>
    <message>
        <source>New style from this picture</source>
        <translation>Новый стиль из этой картины</translation>
    </message>
    <message>
        <source>Copy the result</source>
        <translation>Копировать результат</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Сохранить…</translation>
    </message>
    <message>
        <source>Save the result</source>
        <translation>Сохранить результат</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} из {count}</translation>
    </message>
</context>
<context>
    <name>PresetsButton</name>
    <message>
        <source>Presets</source>
        <translation>Наборы</translation>
    </message>
    <message>
        <source>Save all settings under a name, and use them again</source>
        <translation>Сохранить все настройки под именем и применять их снова</translation>
    </message>
    <message>
        <source>Save these settings…</source>
        <translation>Сохранить эти настройки…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Убрать</translation>
    </message>
    <message>
        <source>Copy the settings</source>
        <translation>Скопировать настройки</translation>
    </message>
    <message>
        <source>Paste the settings</source>
        <translation>Вставить настройки</translation>
    </message>
    <message>
        <source>Save these settings</source>
        <translation>Сохранить эти настройки</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Имя</translation>
    </message>
    <message>
        <source>There is a preset called {name}. Replace it?</source>
        <translation>Набор «{name}» уже есть. Заменить его?</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>Сохранено как «{name}»</translation>
    </message>
    <message>
        <source>The settings are copied</source>
        <translation>Настройки скопированы</translation>
    </message>
    <message>
        <source>No settings have been copied yet</source>
        <translation>Настройки ещё не копировались</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>System default</source>
        <translation>Как в системе</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Светлое</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Тёмное</translation>
    </message>
    <message>
        <source>All cores</source>
        <translation>Все ядра</translation>
    </message>
    <message>
        <source>Half the cores</source>
        <translation>Половина ядер</translation>
    </message>
    <message>
        <source>One core</source>
        <translation>Одно ядро</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Настройки</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Язык</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Оформление</translation>
    </message>
    <message>
        <source>Processor use</source>
        <translation>Загрузка процессора</translation>
    </message>
    <message>
        <source>Snapshots</source>
        <translation>Снимки</translation>
    </message>
    <message>
        <source>Recordings</source>
        <translation>Записи</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Выберите папку</translation>
    </message>
</context>
<context>
    <name>Shooting</name>
    <message>
        <source>Recording an animation…</source>
        <translation>Записывается анимация…</translation>
    </message>
</context>
<context>
    <name>Shots</name>
    <message>
        <source>Last shots</source>
        <translation>Последние кадры</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Открыть</translation>
    </message>
    <message>
        <source>Show in its folder</source>
        <translation>Показать в папке</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Копировать</translation>
    </message>
</context>
<context>
    <name>Shutter</name>
    <message>
        <source>Repaint snapshots in the camera&apos;s own size: finer, takes a few seconds</source>
        <translation>Перерисовывать снимки в полном размере камеры: тоньше, но дольше</translation>
    </message>
    <message>
        <source>Countdown</source>
        <translation>Обратный отсчёт</translation>
    </message>
    <message>
        <source>Seconds before the snapshot</source>
        <translation>Секунды до снимка</translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n секунда</numerusform>
            <numerusform>%n секунды</numerusform>
            <numerusform>%n секунд</numerusform>
        </translation>
    </message>
    <message>
        <source>At once</source>
        <translation>Сразу</translation>
    </message>
    <message>
        <source>Kind of shot</source>
        <translation>Вид кадра</translation>
    </message>
    <message>
        <source>One picture, five in a row, or three seconds as a GIF</source>
        <translation>Один снимок, пять подряд или три секунды в GIF</translation>
    </message>
    <message>
        <source>One shot</source>
        <translation>Один кадр</translation>
    </message>
    <message>
        <source>Burst of 5</source>
        <translation>Серия из 5</translation>
    </message>
    <message>
        <source>GIF, 3 seconds</source>
        <translation>GIF, 3 секунды</translation>
    </message>
    <message>
        <source>Snapshot</source>
        <translation>Снимок</translation>
    </message>
    <message>
        <source>Take a snapshot</source>
        <translation>Сделать снимок</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Запись</translation>
    </message>
    <message>
        <source>Record a video</source>
        <translation>Записать видео</translation>
    </message>
    <message>
        <source>Folder for snapshots and recordings</source>
        <translation>Папка для снимков и записей</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Во весь экран</translation>
    </message>
</context>
<context>
    <name>SourceSwitcher</name>
    <message>
        <source>No camera found</source>
        <translation>Камера не найдена</translation>
    </message>
    <message>
        <source>Connect one and it starts by itself, or choose a video or the screen</source>
        <translation>Подключите камеру, и она включится сама, или выберите видео либо экран</translation>
    </message>
    <message>
        <source>Screen {name}</source>
        <translation>Экран {name}</translation>
    </message>
    <message>
        <source>Video file…</source>
        <translation>Видеофайл…</translation>
    </message>
    <message>
        <source>The camera was unplugged</source>
        <translation>Камера отключена</translation>
    </message>
    <message>
        <source>Plug it in again to continue</source>
        <translation>Подключите её снова, чтобы продолжить</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>Нет изображения</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Progress of painting</source>
        <translation>Ход рисования</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Отмена</translation>
    </message>
    <message>
        <source>Paint in full resolution</source>
        <translation>Нарисовать в полном размере</translation>
    </message>
    <message>
        <source>Painting…</source>
        <translation>Рисуется…</translation>
    </message>
    <message>
        <source>Preview — painting in full resolution…</source>
        <translation>Набросок — рисуется в полном размере…</translation>
    </message>
    <message>
        <source>{bits} bits, painted with 8</source>
        <translation>{bits} бит, нарисовано с 8</translation>
    </message>
    <message>
        <source>Painted in full resolution</source>
        <translation>Нарисовано в полном размере</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Остановлено</translation>
    </message>
    <message>
        <source>This style could not paint the picture</source>
        <translation>Этот стиль не смог нарисовать снимок</translation>
    </message>
    <message numerus="yes">
        <source>%n result(s) will be saved when painted</source>
        <translation>
            <numerusform>%n результат будет сохранён, когда будет готов</numerusform>
            <numerusform>%n результата будут сохранены, когда будут готовы</numerusform>
            <numerusform>%n результатов будут сохранены, когда будут готовы</numerusform>
        </translation>
    </message>
    <message>
        <source>{percent}, {time} left</source>
        <translation>{percent}, осталось {time}</translation>
    </message>
</context>
<context>
    <name>StyleActions</name>
    <message>
        <source>Rename…</source>
        <translation>Переименовать…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Экспорт…</translation>
    </message>
    <message>
        <source>Open its folder</source>
        <translation>Открыть его папку</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Удалить…</translation>
    </message>
    <message>
        <source>Rename the style</source>
        <translation>Переименовать стиль</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Название</translation>
    </message>
    <message>
        <source>Remove {title} from your styles?</source>
        <translation>Удалить «{title}» из ваших стилей?</translation>
    </message>
    <message>
        <source>{title} is removed</source>
        <translation>«{title}» удалён</translation>
    </message>
    <message>
        <source>Bring it back</source>
        <translation>Вернуть</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>Сохранено: {name}</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Показать</translation>
    </message>
</context>
<context>
    <name>StyleDetails</name>
    <message>
        <source>Use it</source>
        <translation>Применить</translation>
    </message>
    <message>
        <source>Train…</source>
        <translation>Обучить…</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Ещё</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Откуда</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Автор</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Лицензия</translation>
    </message>
    <message>
        <source>Trained</source>
        <translation>Обучение</translation>
    </message>
    <message>
        <source>finest</source>
        <translation>лучшее</translation>
    </message>
    <message>
        <source>fastest</source>
        <translation>быстрое</translation>
    </message>
    <message>
        <source>{name}, {steps} steps</source>
        <translation>{name}, шагов: {steps}</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>ещё нет</translation>
    </message>
    <message>
        <source>The style picture is missing</source>
        <translation>Картины стиля нет</translation>
    </message>
</context>
<context>
    <name>StyleGrid</name>
    <message>
        <source>All styles on this picture</source>
        <translation>Все стили на этом снимке</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Поиск</translation>
    </message>
    <message>
        <source>Click a picture to paint in its style</source>
        <translation>Нажмите на картинку, чтобы рисовать в её стиле</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Стили</translation>
    </message>
</context>
<context>
    <name>StyleModel</name>
    <message>
        <source>{title} (not trained yet)</source>
        <translation>{title} (ещё не обучен)</translation>
    </message>
    <message>
        <source>{title} (favourite)</source>
        <translation>{title} (избранный)</translation>
    </message>
</context>
<context>
    <name>StyleShelf</name>
    <message>
        <source>Search styles</source>
        <translation>Поиск стилей</translation>
    </message>
    <message>
        <source>Favourites</source>
        <translation>Избранные</translation>
    </message>
    <message>
        <source>Show only favourites; Ctrl+D makes a style one</source>
        <translation>Показать только избранные; Ctrl+D добавляет стиль в избранные</translation>
    </message>
</context>
<context>
    <name>StyleStrip</name>
    <message>
        <source>Styles</source>
        <translation>Стили</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>Избранный</translation>
    </message>
    <message>
        <source>No style is called that</source>
        <translation>Такого стиля нет</translation>
    </message>
</context>
<context>
    <name>StyleTitles</name>
    <message>
        <source>Candy</source>
        <translation>Леденец</translation>
    </message>
    <message>
        <source>Pale glass</source>
        <translation>Светлое стекло</translation>
    </message>
    <message>
        <source>Palette knife</source>
        <translation>Мастихин</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>Линии</translation>
    </message>
    <message>
        <source>Linocut</source>
        <translation>Линогравюра</translation>
    </message>
    <message>
        <source>Mosaic</source>
        <translation>Мозаика</translation>
    </message>
    <message>
        <source>Night</source>
        <translation>Ночь</translation>
    </message>
    <message>
        <source>Scream</source>
        <translation>Крик</translation>
    </message>
    <message>
        <source>Udnie</source>
        <translation>Удни</translation>
    </message>
    <message>
        <source>Wave</source>
        <translation>Волна</translation>
    </message>
</context>
<context>
    <name>StylesPage</name>
    <message>
        <source>New style…</source>
        <translation>Новый стиль…</translation>
    </message>
    <message>
        <source>New style from a picture</source>
        <translation>Новый стиль из картины</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Обновить</translation>
    </message>
    <message>
        <source>Look for styles and plugins again</source>
        <translation>Снова поискать стили и плагины</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Стили</translation>
    </message>
    <message>
        <source>trained</source>
        <translation>обучен</translation>
    </message>
    <message>
        <source>not trained</source>
        <translation>не обучен</translation>
    </message>
    <message>
        <source>Plugins that do not work</source>
        <translation>Неработающие плагины</translation>
    </message>
    <message>
        <source>Train again…</source>
        <translation>Обучить заново…</translation>
    </message>
    <message>
        <source>Train…</source>
        <translation>Обучить…</translation>
    </message>
    <message numerus="yes">
        <source>%n style(s) found</source>
        <translation>
            <numerusform>Найден %n стиль</numerusform>
            <numerusform>Найдено %n стиля</numerusform>
            <numerusform>Найдено %n стилей</numerusform>
        </translation>
    </message>
    <message>
        <source>You have a style of this name. Replace it? The old one is kept.</source>
        <translation>У вас уже есть стиль с таким именем. Заменить его? Прежний сохранится.</translation>
    </message>
    <message>
        <source>{title} is one of your styles now</source>
        <translation>Стиль «{title}» теперь ваш</translation>
    </message>
    <message>
        <source>{title} is there; now it wants to be trained</source>
        <translation>Стиль «{title}» добавлен; осталось его обучить</translation>
    </message>
    <message>
        <source>Train it</source>
        <translation>Обучить</translation>
    </message>
    <message>
        <source>{title} is trained</source>
        <translation>Стиль «{title}» обучен</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Применить</translation>
    </message>
    <message>
        <source>A training is running. Pause it and close? It can be resumed later.</source>
        <translation>Идёт обучение. Приостановить его и закрыть окно? Его можно продолжить позже.</translation>
    </message>
</context>
<context>
    <name>Toasts</name>
    <message>
        <source>Close this message</source>
        <translation>Закрыть это сообщение</translation>
    </message>
</context>
<context>
    <name>TrainingDialog</name>
    <message>
        <source>Train {title}</source>
        <translation>Обучение стиля «{title}»</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Сеть</translation>
    </message>
    <message>
        <source>Finest, for photographs</source>
        <translation>Лучшая, для фотографий</translation>
    </message>
    <message>
        <source>Fastest, for video</source>
        <translation>Быстрая, для видео</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Шаги</translation>
    </message>
    <message>
        <source>Photographs</source>
        <translation>Фотографии</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>Начать обучение</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Выбрать папку…</translation>
    </message>
    <message>
        <source>Without one it learns from the few photographs that come along</source>
        <translation>Без папки стиль учится на нескольких снимках, что есть в программе</translation>
    </message>
    <message>
        <source>Looking for photographs…</source>
        <translation>Идёт поиск фотографий…</translation>
    </message>
    <message>
        <source>Folder with photographs</source>
        <translation>Папка с фотографиями</translation>
    </message>
    <message>
        <source>How long it takes is shown once it runs</source>
        <translation>Сколько это займёт, станет видно после начала</translation>
    </message>
    <message>
        <source>about {hours} h {minutes} min, by the last training</source>
        <translation>около {hours} ч {minutes} мин, по прошлому обучению</translation>
    </message>
    <message>
        <source>about {minutes} min, by the last training</source>
        <translation>около {minutes} мин, по прошлому обучению</translation>
    </message>
</context>
<context>
    <name>TrainingPanel</name>
    <message>
        <source>Progress of the training</source>
        <translation>Ход обучения</translation>
    </message>
    <message>
        <source>Preview of the training</source>
        <translation>Набросок обучения</translation>
    </message>
    <message>
        <source>Good enough</source>
        <translation>Достаточно</translation>
    </message>
    <message>
        <source>End here and use what was learned</source>
        <translation>Закончить и использовать выученное</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Учить дальше</translation>
    </message>
    <message>
        <source>Train on from here; the weights from before are kept as a backup</source>
        <translation>Обучать дальше отсюда; прежние веса останутся в запасе</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Приостановить</translation>
    </message>
    <message>
        <source>Keep a checkpoint and go on later, even tomorrow</source>
        <translation>Сохранить и продолжить позже, хоть завтра</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Продолжить</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>Бросить</translation>
    </message>
    <message>
        <source>Give this training up</source>
        <translation>Прекратить это обучение</translation>
    </message>
    <message>
        <source>Give this training up? Its checkpoints stay in its folder.</source>
        <translation>Прекратить это обучение? Его сохранения останутся в папке.</translation>
    </message>
    <message>
        <source>Training {title} for video</source>
        <translation>Обучается «{title}» для видео</translation>
    </message>
    <message>
        <source>Training {title}</source>
        <translation>Обучается «{title}»</translation>
    </message>
    <message>
        <source>Saving a checkpoint of {title}…</source>
        <translation>Сохраняется «{title}»…</translation>
    </message>
    <message>
        <source>Training of {title} is paused</source>
        <translation>Обучение «{title}» приостановлено</translation>
    </message>
    <message>
        <source>{title} is trained</source>
        <translation>Стиль «{title}» обучен</translation>
    </message>
    <message>
        <source>Training of {title} failed</source>
        <translation>Обучение «{title}» не удалось</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Запуск…</translation>
    </message>
    <message>
        <source>Its weights are in place; try it in photo mode</source>
        <translation>Веса на месте; попробуйте стиль на фотографии</translation>
    </message>
    <message>
        <source>Step {step} of {steps} · {left} left · {pace:.1f} pictures a second</source>
        <translation>Шаг {step} из {steps} · осталось {left} · {pace:.1f} снимка в секунду</translation>
    </message>
</context>
<context>
    <name>Transport</name>
    <message>
        <source>Pause</source>
        <translation>Пауза</translation>
    </message>
    <message>
        <source>Place in the video</source>
        <translation>Место в видео</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Воспроизвести</translation>
    </message>
</context>
<context>
    <name>dialogs</name>
    <message>
        <source>Open pictures</source>
        <translation>Открыть снимки</translation>
    </message>
    <message>
        <source>Open pictures and videos</source>
        <translation>Открыть снимки и видео</translation>
    </message>
    <message>
        <source>Pictures and videos</source>
        <translation>Снимки и видео</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Снимки</translation>
    </message>
    <message>
        <source>Choose a picture</source>
        <translation>Выберите картину</translation>
    </message>
    <message>
        <source>Open a video</source>
        <translation>Открыть видео</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>Видео</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>Сохранить снимок</translation>
    </message>
    <message>
        <source>Export the style</source>
        <translation>Экспортировать стиль</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Стили</translation>
    </message>
    <message>
        <source>{name} already exists. Replace it?</source>
        <translation>Файл {name} уже существует. Заменить его?</translation>
    </message>
</context>
<context>
    <name>parent</name>
    <message>
        <source>Use as a camera in other programs</source>
        <translation>Использовать как камеру в других программах</translation>
    </message>
</context>
</TS>
