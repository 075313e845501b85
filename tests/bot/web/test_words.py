"""Both languages of the pages say the same things, and everything that a page may have to say has its words."""

import re

import pytest

from bot.paying.checkout.checkouts import Hindrance
from bot.paying.entry.asked_codes import CodeAnswer
from bot.paying.entry.links import Asks
from bot.paying.pages import contacts
from bot.rendering import templates_folder

PAGES = templates_folder() / "pages"
MACRO = re.compile(r"{% macro (\w+\([^)]*\)) -?%}")


def said(language: str) -> list[str]:
    return MACRO.findall((PAGES / f"words.{language}.html").read_text("utf-8"))


def test_the_same_sentences_in_both_languages() -> None:
    assert said("en") == said("es")


@pytest.mark.parametrize("language", ["en", "es"])
def test_everything_has_its_words(language: str) -> None:
    names = {one.partition("(")[0] for one in said(language)}
    needed = {str(each.value) for each in (*Hindrance, *CodeAnswer, *contacts.Hindrance)} - {"in_doubt", "code_right"}
    assert needed <= names
    text = (PAGES / f"words.{language}.html").read_text("utf-8")
    assert all(f'"{why.value}"' in text or why is Asks.PRIVACY for why in Asks)


def test_pages_hold_no_sentence_of_their_own() -> None:
    for page in PAGES.glob("*.html"):
        if page.name.startswith("words."):
            continue
        bare = re.sub(r"{[{%].*?[}%]}|<[^>]*>", " ", page.read_text("utf-8"), flags=re.DOTALL)
        assert not re.findall(r"[A-Za-z]{3,} [A-Za-z]{2,}", bare), page.name


def test_pages_load_nothing_from_elsewhere() -> None:
    for page in PAGES.iterdir():
        assert "://" not in page.read_text("utf-8"), page.name
        assert "<script" not in page.read_text("utf-8"), page.name
