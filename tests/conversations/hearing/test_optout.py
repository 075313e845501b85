"""Opt-outs in people's own words against the labelled corpora."""

import pytest

from conversations.hearing import OptOut, Reserved, against_texts, hear, normalise, opt_out
from tests.conversations.hearing.corpus import labelled

OPT_OUTS = labelled("opt_outs.txt", "revoked")
NEAR_MISSES = labelled("near_misses.txt")
LEFT_OVER = [text for _, text in labelled("against_texts.txt")]
LEAST_RECALL = 0.99


def outcome(text: str) -> str:
    heard = hear(text)
    if heard.reserved is Reserved.STOP:
        return "revoked"
    return "none" if heard.opt_out is None else heard.opt_out.value


def test_the_corpora_are_large_and_have_no_doubles() -> None:
    for corpus in (OPT_OUTS, NEAR_MISSES):
        texts = [text for _, text in corpus]
        assert len(set(texts)) == len(texts) >= 330
    assert {label for label, _ in OPT_OUTS} == {"revoked", "held"}
    assert {label for label, _ in NEAR_MISSES} == {"held", "not_texts", "none"}


def test_recall_on_opt_outs() -> None:
    missed = [(text, outcome(text)) for label, text in OPT_OUTS if outcome(text) not in ("revoked", label)]
    assert len(missed) <= len(OPT_OUTS) * (1 - LEAST_RECALL), missed
    ignored = [text for _, text in OPT_OUTS if outcome(text) in ("none", "not_texts")]
    assert ignored == []


def test_no_near_miss_is_silently_revoked_or_ignored() -> None:
    wrong = [(label, outcome(text), text) for label, text in NEAR_MISSES if outcome(text) != label]
    assert wrong == []


@pytest.mark.parametrize("text", LEFT_OVER)
def test_what_no_wording_has_is_asked_about_all_the_same(text: str) -> None:
    assert against_texts(hear(text).words)


@pytest.mark.parametrize("text", ["STOP EVERYTHING", "cancel all", "stop all of this", "cancelar todo"])
def test_everything_may_be_the_plan_where_there_is_one(text: str) -> None:
    assert opt_out(normalise(text), plan=True) is OptOut.HELD


def test_texts_named_are_texts_even_on_a_plan() -> None:
    assert opt_out(normalise("stop texting me"), plan=True) is OptOut.REVOKED
    assert opt_out(normalise("Cancel"), plan=True) is OptOut.REVOKED


@pytest.mark.parametrize("word", ["STOP", "unsubscribe", "no mas mensajes", "take me off your list"])
def test_pictures_and_signs_around_change_nothing(word: str) -> None:
    for text in (
        f"{word} 😡",
        f"🛑 {word} 🛑",
        f"*{word}*",
        f"{word}…",
        f"¡¡{word}!!",
        f"“{word}”",
        f"\u200b{word}\n\n",
    ):
        assert outcome(text) == "revoked"


def test_a_long_mail_with_an_opt_out_inside_is_heard() -> None:
    mail = (
        "Hello, I got your statement and paid it by check on Monday. " * 6
        + "Also please stop texting my phone. Thanks, Ana"
    )
    assert outcome(mail) == "revoked"
