<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>BatchPage</name>
    <message numerus="yes">
        <source>%n picture(s)</source>
        <translation>
            <numerusform>%n picture</numerusform>
            <numerusform>%n pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n video(s)</source>
        <translation>
            <numerusform>%n video</numerusform>
            <numerusform>%n videos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Intake</name>
    <message numerus="yes">
        <source>%n file(s) of your last batch are left</source>
        <translation>
            <numerusform>%n file of your last batch is left</numerusform>
            <numerusform>%n files of your last batch are left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%n style(s) found</source>
        <translation>
            <numerusform>%n style found</numerusform>
            <numerusform>%n styles found</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PhotoPage</name>
    <message numerus="yes">
        <source>%n result(s) not saved yet. Close anyway?</source>
        <translation>
            <numerusform>%n result is not saved yet. Close anyway?</numerusform>
            <numerusform>%n results are not saved yet. Close anyway?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shutter</name>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%n result(s) will be saved when painted</source>
        <translation>
            <numerusform>%n result will be saved when painted</numerusform>
            <numerusform>%n results will be saved when painted</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StylesPage</name>
    <message numerus="yes">
        <source>%n style(s) found</source>
        <translation>
            <numerusform>%n style found</numerusform>
            <numerusform>%n styles found</numerusform>
        </translation>
    </message>
</context>
</TS>
