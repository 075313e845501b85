"""Every message, in every language, on every channel, with the longest values that it is promised to hold."""

import re

import pytest
from jinja2 import meta, nodes

from bot.rendering import MissingMessageError, Renderer, limits, messages, segments
from bot.rendering.gsm7 import ALPHABET
from bot.rendering.limits import CODE, HOST, LINK, PRACTICE, ROOT

RENDERER = Renderer()
TEXTS = [
    (m, lang) for m in messages() for lang in limits.LANGUAGES if (ROOT / lang / f"{m}.sms.txt").exists()
]  # fmt: skip
EVERY = [(m, lang) for m in messages() for lang in limits.LANGUAGES]

OTHERS_WORDS = ("staff/words",)
"""What a person writes is as long as they like."""
RESERVED = (
    "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT START YES UNSTOP HELP INFO ARRET REMOVE TD ALTO BAJA AYUDA"
).split()
OWN_MEANING = (
    "STOP to opt out", "START to rejoin", "HELP for help",
    "STOP para no recibir", "ALTO para no recibir", "ALTO para salir", "START para volver", "AYUDA para ayuda",
)  # fmt: skip
"""Reserved words may stand in their own meaning only."""
SHORTENERS = ("bit.ly", "tinyurl", "goo.gl", "t.co/", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "twil.io", "cutt.ly")
PROMOTION = re.compile(
    r"\b(sale|special offers?|discounts?|deals?|book now|limited time|coupons?|promo\w*|ofertas?|descuentos?|gratis)\b",
    re.IGNORECASE,
)


def rendered(message: str, language: str) -> list[str]:
    """The text for every set of worst values."""
    return [
        RENDERER.text(message, language, given, PRACTICE, link=LINK, code=CODE, host=HOST)
        for given in limits.variants(message, language, "sms.txt")
    ]


def test_the_limits_are_those_that_are_promised() -> None:
    assert (len(PRACTICE.text_name), len(HOST)) == (limits.TEXT_NAME_LENGTH, limits.HOST_LENGTH)


def test_there_are_messages() -> None:
    assert {"notice/new", "identity/code", "pay/whole", "charge/paid", "consent/stopped"} <= set(messages())


def test_both_languages_have_the_same_files() -> None:
    english, spanish = ({f"{f.parent.name}/{f.name}" for f in limits.files(lang)} for lang in limits.LANGUAGES)
    assert not english - spanish, f"missing in es: {', '.join(sorted(english - spanish))}"
    assert not spanish - english, f"missing in en: {', '.join(sorted(spanish - english))}"


def test_both_languages_ask_for_the_same_values() -> None:
    for path in limits.files("en"):
        other = ROOT / "es" / path.parent.name / path.name
        asked = [meta.find_undeclared_variables(limits.parsed(one)) - {"host", "site"} for one in (path, other)]
        assert asked[0] == asked[1], path


@pytest.mark.parametrize("message, language", TEXTS)
class TestTexts:
    def test_one_segment(self, message: str, language: str) -> None:
        for text in rendered(message, language):
            assert segments(text) == 1 or message in OTHERS_WORDS, f"{len(text)} characters: {text}"
            assert set(text) <= ALPHABET

    def test_no_letter_of_ours_needs_folding(self, message: str, language: str) -> None:
        tree = limits.parsed(ROOT / language / f"{message}.sms.txt")
        words = [data.data for data in tree.find_all(nodes.TemplateData)]
        words += [const.value for const in tree.find_all(nodes.Const) if isinstance(const.value, str)]
        assert ALPHABET.issuperset("".join(words))

    def test_no_reserved_word_is_asked_for(self, message: str, language: str) -> None:
        for text in rendered(message, language):
            left = text
            for phrase in OWN_MEANING:
                left = left.replace(phrase, "")
            assert not set(re.findall(r"\b[A-Z]{2,}\b", left)) & set(RESERVED), text

    def test_links_are_ours(self, message: str, language: str) -> None:
        for text in rendered(message, language):
            assert not any(shortener in text.lower() for shortener in SHORTENERS)
            assert "http://" not in text

    def test_nothing_is_promoted(self, message: str, language: str) -> None:
        for text in rendered(message, language):
            assert not PROMOTION.search(text), text

    def test_it_is_one_line_or_a_code_with_its_origin(self, message: str, language: str) -> None:
        for text in rendered(message, language):
            first, *rest = text.split("\n")
            assert first.strip() == first
            assert rest in ([], [f"@{HOST} #{CODE}"]) or message in OTHERS_WORDS


@pytest.mark.parametrize("message, language", EVERY)
class TestMails:
    def test_it_can_be_told_by_mail(self, message: str, language: str) -> None:
        suffix = "email.txt" if (ROOT / language / f"{message}.email.txt").exists() else "sms.txt"
        for given in limits.variants(message, language, suffix):
            mail = RENDERER.mail(message, language, given, PRACTICE, link=LINK, code=CODE, host=HOST)
            assert mail.text.strip()
            assert mail.html.startswith("<!doctype html>")
            assert "{link}" not in mail.text + mail.html
            assert mail.subject.strip()
            assert "\n" not in mail.subject
            assert "<script" not in mail.html.lower()
            assert not PROMOTION.search(mail.text)

    def test_the_subject_says_nothing_about_anybody(self, message: str, language: str) -> None:
        path = ROOT / language / f"{message}.subject.txt"
        if path.exists():
            assert meta.find_undeclared_variables(limits.parsed(path)) <= {"practice"}
            assert "$" not in path.read_text("utf-8")
            assert path.read_text("utf-8").strip().count("\n") == 0


def test_a_language_that_is_missing_is_an_error() -> None:
    with pytest.raises(MissingMessageError, match="messages/fr/notice/new"):
        RENDERER.text("notice/new", "fr", {}, PRACTICE)


def test_a_message_that_is_missing_is_an_error() -> None:
    with pytest.raises(MissingMessageError):
        RENDERER.mail("notice/nothing", "en", {}, PRACTICE)
