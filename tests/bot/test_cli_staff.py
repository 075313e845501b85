"""`paybot staff`: the link alone on stdout, words on stderr, mistakes told plainly."""

import re

import pytest

from tests.bot.test_cli import Paybot, furnished, paybot

__all__ = ["furnished", "paybot"]

KIM = "kim@harbor.example"
LINK = re.compile(r"http://127\.0\.0\.1:8080/console/setup/[\w-]{32}\n")


def test_added_reset_listed_removed(furnished: Paybot) -> None:
    added = furnished("staff", "add", KIM, "--practice", "harbor", "--role", "biller")
    assert (added.status, bool(LINK.fullmatch(added.out))) == (0, True)
    assert "once, for 48 hours" in added.err
    assert furnished("staff", "list").out == f"{KIM}\tharbor\tbiller\tno password yet\n"
    again = furnished("staff", "reset", "Kim@Harbor.example")
    assert LINK.fullmatch(again.out)
    assert again.out != added.out
    removed = furnished("staff", "remove", KIM)
    assert (removed.status, removed.out) == (0, "")
    assert furnished("staff", "list").out == ""


@pytest.mark.parametrize(
    "arguments, status, told",
    [
        (("add", "kim", "--role", "biller"), 1, "kim is not an email address"),
        (("add", KIM, "--role", "boss"), 2, "--role"),
        (("add", KIM), 2, "--role"),
        (("add", KIM, "--role", "biller", "--practice", "nowhere"), 1, "There is no practice nowhere"),
        (("reset", KIM), 1, "Nobody here has the address"),
        (("remove", KIM), 1, "Nobody here has the address"),
    ],
)
def test_mistakes_are_told(furnished: Paybot, arguments: tuple[str, ...], status: int, told: str) -> None:
    ended = furnished("staff", *arguments)
    assert (ended.status, ended.out) == (status, "")
    assert told in ended.err
