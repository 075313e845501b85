"""Whose token a webhook is checked with: chosen by a look into memory, and a stranger's account costs the same work."""

import time
from statistics import median

from multidict import MultiDict, MultiDictProxy

from bot.web.signed import Form, Signatures
from bot.web.signers import Signers

PUBLIC, PATH = "https://pay.harbor.example", "/webhooks/twilio/sms"
OURS, SUB, STRANGE = "AC" + "0" * 32, "AC" + "5" * 32, "AC" + "9" * 32
FORM: Form = MultiDictProxy(MultiDict({f"Field{number}": "+12065550100" for number in range(20)}))


def signers(tokens: dict[str, tuple[str, ...]]) -> Signers:
    return Signers(OURS, Signatures(["ours"], PUBLIC), lambda account: tokens.get(account, ()), PUBLIC)


def good(all_of_them: Signers, account: str, token: str) -> bool:
    return all_of_them.of(account)[1].good(PATH, FORM, Signatures([token], PUBLIC).sign(PATH, FORM))


def test_each_account_by_its_own_tokens() -> None:
    all_of_them = signers({SUB: ("one", "two")})
    believed = {(account, token) for account in ("", OURS, SUB, STRANGE) for token in ("ours", "one", "two")
                if good(all_of_them, account, token)}  # fmt: skip
    assert believed == {("", "ours"), (OURS, "ours"), (SUB, "one"), (SUB, "two")}
    assert [all_of_them.of(account)[0] for account in ("", OURS, SUB, STRANGE)] == ["", "", SUB, STRANGE]


def test_a_token_counts_as_soon_as_it_is_there_and_no_longer() -> None:
    tokens: dict[str, tuple[str, ...]] = {}
    all_of_them = signers(tokens)
    assert not good(all_of_them, SUB, "one")
    tokens[SUB] = ("one",)
    assert good(all_of_them, SUB, "one")
    tokens[SUB] = ("two",)
    assert not good(all_of_them, SUB, "one")


def test_what_checks_an_account_is_made_once() -> None:
    all_of_them = signers({SUB: ("one",)})
    assert all_of_them.of(SUB)[1] is all_of_them.of(SUB)[1]


def test_an_account_that_we_do_not_know_is_checked_like_any_other() -> None:
    """By a token that nobody has: neither the answer nor its time tells who texts here."""
    all_of_them = signers({SUB: ("one",)})
    signature = Signatures(["wrong"], PUBLIC).sign(PATH, FORM)
    took: dict[str, list[float]] = {SUB: [], STRANGE: []}
    for _ in range(300):
        for account, times in took.items():
            begun = time.perf_counter()
            assert not all_of_them.of(account)[1].good(PATH, FORM, signature)
            times.append(time.perf_counter() - begun)
    assert 0.5 < median(took[STRANGE]) / median(took[SUB]) < 2


def test_the_choice_is_quick() -> None:
    all_of_them = signers({f"AC{number}": (f"token {number}",) for number in range(500)})
    for number in range(500):
        all_of_them.of(f"AC{number}")
    took = []
    for number in range(500):
        begun = time.perf_counter()
        all_of_them.of(f"AC{number}")
        took.append(time.perf_counter() - begun)
    assert median(took) < 0.0001
