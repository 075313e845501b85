"""A practice's own wording: what is wrong with it is told by file and line, and a patient is answered all the same."""

import logging
import os
import shutil
from pathlib import Path

import pytest

from bot.rendering import MissingMessageError, Renderer, limits, templates_folder
from bot.rendering.laid_over import UNSEEN, Fault, faults
from bot.rendering.layers import LARGEST
from bot.web.pages import Pages
from conversations.effects import Value
from tests import canaries
from tests.bot.outgoing import practice_file

PRACTICE = practice_file()
TOTAL = "messages/en/balance/total.sms.txt"
OWED: dict[str, Value] = {"owed_cents": 18450, "part": "50", "whose": ""}


def lay(folder: Path, place: str, words: str | bytes) -> Path:
    file = folder / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(words.encode() if isinstance(words, str) else words)
    return folder


def only(folder: Path) -> Fault:
    (found,) = faults(folder)
    return found


BROKEN = {
    "a line that is no template": ("You owe\n{% if %}", 2, "cannot be read"),
    "an unknown filter": ("You owe\n\n{{ owed_cents | mony }}", 3, "mony"),
    "an unknown value": ("You owe\n{{ owed }}", 2, "asks for owed"),
    "a practice has no such thing": ("{{ practice.fone }} says: {{ owed_cents | money }}", 1, "fone"),
    "a filter of something else": ("{{ owed_cents }}\n{{ owed_cents | clock }}", 2, "cannot be used"),
    "nothing": ("", 1, "it says nothing"),
    "nothing but a remark": ("{# later #}\n", 1, "it says nothing"),
    "no text": (b"\xff\xfe\x00", 1, "UTF-8"),
    "a byte that no database keeps": ("You owe\n\0{{ owed_cents | money }}", 2, "no text"),
    "a loop without an end": (
        "{% for i in range(99999) %}{% for j in range(99999) %}.{% endfor %}{% endfor %}",
        1,
        "range",
    ),
    "more than memory holds": ("{{ 'ha' * 900000000 }}", 1, "no place in words"),
    "far too much": ("x" * (LARGEST + 1), 1, "bytes"),
    "nested": ("{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}", 1, "nested"),
    "in a circle": (f"{{% include '{TOTAL}' %}}", 1, "recursion"),
    "includes nothing": ("\n{% include 'messages/en/no/such.txt' %}", 2, "no/such.txt"),
    "reads elsewhere": ("{% include '../../../../etc/hostname' %}", 1, "hostname"),
    "reaches into Python": ("{{ practice.__class__ }}", 1, "unsafe"),
}


@pytest.mark.parametrize("words, line, said", BROKEN.values(), ids=BROKEN.keys())
class TestBroken:
    def test_it_is_told_by_file_and_line(self, tmp_path: Path, words: str | bytes, line: int, said: str) -> None:
        fault = only(lay(tmp_path, TOTAL, words))
        assert (fault.file, fault.line, fault.broken) == (TOTAL, line, True)
        assert said in fault.said
        assert fault.way_out

    def test_the_patient_is_answered_in_our_words(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture, words: str | bytes, line: int, said: str
    ) -> None:
        assert said
        ours, theirs = Renderer(), Renderer(lay(tmp_path, TOTAL, words))
        for _ in range(2):
            assert theirs.text("balance/total", "en", OWED, PRACTICE) == ours.text(
                "balance/total", "en", OWED, PRACTICE
            )
            assert theirs.mail("balance/total", "en", OWED, PRACTICE) == ours.mail(
                "balance/total", "en", OWED, PRACTICE
            )
        told = {record.getMessage() for record in caplog.records if record.levelno == logging.ERROR}
        assert all(f"{TOTAL} line {line} " in one for one in told)
        assert told


def test_an_unknown_value_is_found_where_nobody_has_been_yet(tmp_path: Path) -> None:
    fault = only(lay(tmp_path, TOTAL, "You owe {% if whose == 'never' %}\n{{ owed }}{% endif %}"))
    assert (fault.line, fault.broken) == (2, True)
    assert not list(faults(lay(tmp_path, TOTAL, "{% if more is defined %}{{ more }}{% endif %}You owe it.")))


class TestLeftOut:
    @pytest.mark.parametrize(
        "place, words",
        [
            ("messages/en/identity/code.sms.txt", "A code is on its way."),
            ("messages/es/pay/whole.sms.txt", "Pague en nuestra pagina."),
            ("messages/layout.email.html", "<!doctype html><p>Hello</p>"),
            ("messages/layout.email.txt", "Hello"),
        ],
    )
    def test_the_code_or_link_that_ours_says(self, tmp_path: Path, place: str, words: str) -> None:
        fault = only(lay(tmp_path, place, words))
        assert (fault.file, fault.broken) == (place, True)
        assert "leaves out" in fault.said


class TestUnwise:
    @pytest.mark.parametrize(
        "place, words, line, said",
        [
            (TOTAL, "You owe {{ owed_cents | money }}. " + "Thank you. " * 13, 0, "2 segments"),
            (TOTAL, "Hi.\nSí, debe {{ owed_cents | money }}, " + "gracias " * 8, 2, "í"),
            (
                "messages/en/consent/stopped.sms.txt",
                "You get no more texts. START to rejoin",
                1,
                "name of the practice",
            ),
            ("messages/en/notice/new.subject.txt", "{{ first_name }}, a statement", 1, "first_name"),
            ("pages/balance.html", "{% extends 'pages/layout.html' %}\n{{ ballance }}", 2, "ballance"),
        ],
    )
    def test_it_is_told_and_used(self, tmp_path: Path, place: str, words: str, line: int, said: str) -> None:
        found = [fault for fault in faults(lay(tmp_path, place, words)) if said in fault.said]
        assert [(fault.file, fault.line) for fault in found] == [(place, line)]

    def test_a_notice_without_a_way_out(self, tmp_path: Path) -> None:
        words = "{{ practice.text_name }}: you have a statement. {{ link }}"
        fault = only(lay(tmp_path, "messages/en/notice/new.sms.txt", words))
        assert ("opt out" in fault.said, fault.broken) == (True, False)


class TestNobodyReads:
    @pytest.mark.parametrize(
        "place, file, way_out",
        [
            ("messages/en/balance/totl.sms.txt", "messages/en/balance/totl.sms.txt", TOTAL),
            ("messages/en/balance/total.txt", "messages/en/balance/total.txt", TOTAL),
            ("messages/en/total.sms.txt", "messages/en/total.sms.txt", TOTAL),
            ("en/balance/total.sms.txt", "en", "messages/en"),
            ("templates/messages/en/balance/total.sms.txt", "templates", "named as the file"),
            ("messages/fr/balance/total.sms.txt", "messages/fr", "name of the folder"),
            ("messages/EN/balance/total.sms.txt", "messages/EN", "name of the folder"),
            ("agreements/en/plan.txt", "agreements", "away"),
        ],
    )
    def test_it_is_told_and_what_was_meant(self, tmp_path: Path, place: str, file: str, way_out: str) -> None:
        fault = only(lay(tmp_path, place, "x"))
        assert (fault.file, fault.broken) == (file, False)
        assert way_out in fault.way_out

    def test_what_is_no_file(self, tmp_path: Path) -> None:
        folder = lay(tmp_path, "messages/en/pay/whole.sms.txt~", "left by an editor").joinpath("messages/en/pay")
        (folder / ".hidden").touch()
        os.mkfifo(folder / "part.sms.txt")
        (folder / "whole.sms.txt").symlink_to(folder / "nowhere")
        assert {Path(fault.file).name for fault in faults(tmp_path)} == {"part.sms.txt", "whole.sms.txt"}
        ours = Renderer().text("balance/total", "en", OWED, PRACTICE)
        assert Renderer(tmp_path).text("balance/total", "en", OWED, PRACTICE) == ours


def test_a_copy_of_ours_has_no_fault(tmp_path: Path) -> None:
    for part in ("messages", "pages", "console"):
        shutil.copytree(templates_folder() / part, tmp_path / part)
    assert not list(faults(tmp_path))


def test_ours_would_pass_as_somebody_elses(tmp_path: Path) -> None:
    for flow in ("identity", "notice", "plan", "consent"):
        for file in (templates_folder() / "messages" / "es" / flow).iterdir():
            place = str(file.relative_to(templates_folder()))
            lay(tmp_path, place, file.read_text("utf-8") + "{# changed #}")
    assert not list(faults(tmp_path))


def test_the_start_does_not_wait_for_everything(tmp_path: Path) -> None:
    lay(tmp_path, TOTAL, "{% if %}")
    assert list(faults(tmp_path, patience_seconds=-1)) == [UNSEEN]


def test_the_log_holds_nothing_of_anybody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    name = canaries.FIRST_NAMES[0]
    theirs = Renderer(lay(tmp_path, "messages/en/balance/visits.sms.txt", "{{ practice[first_name] }}"))
    values: dict[str, Value] = {"first_name": name, "owed_cents": 1, "visits": [], "part": None}
    assert name in theirs.text("balance/visits", "en", values, PRACTICE)
    assert "visits.sms.txt line 1" in caplog.text
    assert "UndefinedError" in caplog.text
    assert name not in caplog.text


def test_theirs_is_said_where_ours_would_need_more(tmp_path: Path) -> None:
    theirs = Renderer(lay(tmp_path, "messages/en/pay/whole.sms.txt", "Pay: {{ link }}"))
    assert theirs.text("pay/whole", "en", {}, PRACTICE) == "Pay: {link}"


def test_a_message_that_only_they_have_is_not_made_up(tmp_path: Path) -> None:
    theirs = Renderer(lay(tmp_path, "messages/en/t/one.sms.txt", "{{ nobody }}"))
    with pytest.raises(Exception, match="nobody"):
        theirs.text("t/one", "en", {}, PRACTICE)
    with pytest.raises(MissingMessageError):
        theirs.text("t/two", "en", {}, PRACTICE)


@pytest.mark.parametrize(
    "place, words",
    [
        ("pages/error.html", "{% if %}"),
        ("pages/error.html", "{{ nobody }}"),
        ("pages/layout.html", b"\xff\xfe"),
        ("pages/words.en.html", "{# all of them are gone #}"),
    ],
)
def test_a_page_is_shown_all_the_same(tmp_path: Path, place: str, words: str | bytes) -> None:
    ours, theirs = Pages(), Pages(lay(tmp_path, place, words))
    shown = [pages.draw("error", status=404, practice=PRACTICE, what="not_found").text for pages in (theirs, ours)]
    assert shown[0] == shown[1]


def test_the_limits_are_tried_with_every_message() -> None:
    assert list(limits.variants("balance/total", "en", "sms.txt"))
