"""Progress: a bar on a terminal, a plain line now and then elsewhere, silence when it is quick."""

import pytest
from rich.console import Console
from rich.progress import Progress

from bot.cli import progress


def test_elsewhere_a_line_comes_every_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    moments = iter([0.0, 1.0, 5.5, 5.5, 6.0, 11.0, 11.0])
    move = progress._plain(lambda: next(moments))
    move("Reading", 1000, 0)
    move("Reading", 2000, 0)
    move("Writing", 10, 3000)
    move("Writing", 1500, 3000)
    assert capsys.readouterr().err == "Reading: 2,000\nWriting: 1,500 of 3,000\n"


def test_on_a_terminal_it_is_a_bar() -> None:
    console = Console(force_terminal=True, width=80, record=True)
    with Progress(console=console) as bar:
        move = progress._moving(bar)
        for done in (1, 200, 400):
            move("Reading", done, 0)
        for done in (500, 1000):
            move("Writing", done, 1000)
        assert [(task.description, task.completed, task.total) for task in bar.tasks] == [
            ("Reading", 400, None),
            ("Writing", 1000, 1000),
        ]
    assert "Writing" in console.export_text()


def test_what_is_quick_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.shown() as move:
        move("Reading", 5, 0)
        move("Writing", 5, 5)
    assert capsys.readouterr().err == ""
