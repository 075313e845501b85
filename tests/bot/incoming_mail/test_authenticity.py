"""Who may say who they are: SPF, DKIM and DMARC of our own, or the word of a relay."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dkim
import pytest

from bot.incoming_mail.authenticity import Trusted, Untrusted, Verdict, aligned, verdict
from bot.incoming_mail.pool import Pool
from bot.incoming_mail.relays import relay_says
from bot.incoming_mail.sender import sender
from bot.incoming_mail.values import IncomingMail
from bot.smtp import Trust
from tests.bot.incoming_mail.house import House, mail, open_house
from tests.bot.incoming_mail.names import Records, name_server, quoted
from tests.harbor import MAIL, Harbor

PLAIN = (
    b"From: Ana <ana@mail.example>\r\nTo: us\r\nSubject: Re: hello\r\nMessage-ID: <1@mail.example>\r\n\r\nBALANCE\r\n"
)
DMARC = {("_dmarc.mail.example", "TXT"): [quoted("v=DMARC1; p=reject")]}
SPF = {("mail.example", "TXT"): [quoted("v=spf1 ip4:127.0.0.1 -all")]}
ELSEWHERE = {("mail.example", "TXT"): [quoted("v=spf1 ip4:192.0.2.1 -all")]}
SPOOFS = (
    "alice@p.example <mallory@e.example>",
    "alice@p.example)<mallory@e.example>",
    "alice@p.example, mallory@e.example",
    "<alice@p.example><mallory@e.example>",
    "alice@p.example (x) <mallory@e.example>",
    '"alice@p.example" <mallory@e.example>, bob@p.example',
    "Group: alice@p.example;",
    "alice@p.example <mallory@e.example",
    "=?utf-8?q?alice=40p.example?=",
    "alice@p.example\x00<mallory@e.example>",
    "",
)


@pytest.fixture(scope="module")
def key() -> tuple[bytes, str]:
    """A private key, and the record that publishes its public half."""
    here = Path(__file__)
    public = here.with_name("dkim.public").read_text("ascii")
    return here.with_name("dkim.pem").read_bytes(), quoted(f"v=DKIM1; k=rsa; p={public}")


def signed(raw: bytes, key: bytes, domain: bytes = b"mail.example", **options: Any) -> bytes:
    header: bytes = dkim.sign(raw, b"s1", domain, key, canonicalize=(b"relaxed", b"relaxed"), **options)
    return header + raw


async def checked(
    raw: bytes, records: Records, *, envelope: str = "ana@mail.example", broken: tuple[str, ...] = ()
) -> Verdict:
    pool = Pool()
    async with name_server(records, broken) as server:
        check = {"ip": "127.0.0.1", "helo": "x.example", "envelope_from": envelope, "dns": server}
        found = await pool.read(raw, envelope, (), check)
        await pool.close()
    return verdict(found)


def published(record: str, name: str = "s1._domainkey.mail.example") -> dict[tuple[str, str], list[str]]:
    return {(name, "TXT"): [record]}


async def test_an_aligned_signature_is_trusted(key: tuple[bytes, str]) -> None:
    assert await checked(signed(PLAIN, key[0]), {**DMARC, **published(key[1])}) == Trusted("ana@mail.example")


async def test_an_aligned_envelope_is_trusted() -> None:
    assert await checked(PLAIN, {**DMARC, **SPF}) == Trusted("ana@mail.example")


async def test_nothing_published_asks_for_the_very_same_name(key: tuple[bytes, str]) -> None:
    assert await checked(signed(PLAIN, key[0]), published(key[1])) == Trusted("ana@mail.example")
    parent = signed(PLAIN.replace(b"ana@mail.example", b"ana@sub.mail.example"), key[0])
    assert await checked(parent, published(key[1])) == Untrusted("unaligned")


async def test_forged_results_and_no_signature() -> None:
    forged = b"Authentication-Results: mx.harbor.example; dmarc=pass header.from=mail.example\r\n" + PLAIN
    assert await checked(forged, {**DMARC, **ELSEWHERE}) == Untrusted("unsigned")


async def test_an_envelope_that_is_another_domains() -> None:
    records = {**DMARC, ("evil.example", "TXT"): [quoted("v=spf1 ip4:127.0.0.1 -all")]}
    assert await checked(PLAIN, records, envelope="eve@evil.example") == Untrusted("unaligned")


async def test_a_signature_of_another_domain(key: tuple[bytes, str]) -> None:
    raw = signed(PLAIN, key[0], b"evil.example")
    records = {**DMARC, **published(key[1], "s1._domainkey.evil.example")}
    assert await checked(raw, records) == Untrusted("unaligned")


async def test_a_signature_over_a_part_of_the_body(key: tuple[bytes, str]) -> None:
    raw = signed(PLAIN, key[0], length=True) + b"and more\r\n"
    assert await checked(raw, {**DMARC, **published(key[1])}) == Untrusted("unsigned")


async def test_a_changed_body_and_a_changed_sender(key: tuple[bytes, str]) -> None:
    records = {**DMARC, **published(key[1])}
    raw = signed(PLAIN, key[0])
    assert await checked(raw.replace(b"BALANCE", b"PAY 500"), records) == Untrusted("unsigned")
    assert await checked(raw.replace(b"ana@mail.example>\r\nTo", b"bob@mail.example>\r\nTo"), records) == Untrusted(
        "unsigned"
    )


async def test_a_signature_that_ran_out(key: tuple[bytes, str]) -> None:
    raw = signed(PLAIN, key[0])
    expired = raw.replace(b" t=", b" x=1000000001; t=1000000000; ot=")
    assert await checked(expired, {**DMARC, **published(key[1])}) == Untrusted("unsigned")


async def test_a_name_server_that_does_not_answer(key: tuple[bytes, str]) -> None:
    raw, records = signed(PLAIN, key[0]), {**DMARC, **published(key[1])}
    assert await checked(raw, records, broken=("_dmarc.mail.example",)) == Untrusted("temperror")
    assert isinstance(await checked(raw, records, broken=("s1._domainkey.mail.example",)), Untrusted)


async def test_strict_alignment_is_kept(key: tuple[bytes, str]) -> None:
    raw = signed(PLAIN, key[0], b"sub.mail.example")
    sub = published(key[1], "s1._domainkey.sub.mail.example")
    assert await checked(raw, {**DMARC, **sub}) == Trusted("ana@mail.example")
    strict = {("_dmarc.mail.example", "TXT"): [quoted("v=DMARC1; p=none; adkim=s")]}
    assert await checked(raw, {**strict, **sub}) == Untrusted("unaligned")


@pytest.mark.parametrize("value", SPOOFS)
def test_a_trick_in_from_is_nobody(value: str) -> None:
    assert sender([value]) == ""


def test_two_senders_are_nobody() -> None:
    assert sender(["ana@mail.example", "eve@evil.example"]) == ""
    assert sender([]) == ""


@pytest.mark.parametrize(
    "value", ["Ana@Mail.example", "<ana@mail.example>", "Ana <ana@mail.example>", '"Ruiz, Ana" <ana@mail.example>',
              "=?utf-8?B?QW5h?= <ana@mail.example>", "Ana\r\n\t<ana@mail.example>", "ana@mail.example (Ana)"],
)  # fmt: skip
def test_what_programs_write_is_somebody(value: str) -> None:
    assert sender([value]) == "ana@mail.example"


@pytest.mark.parametrize(
    "results, why",
    [
        (["mx.h.example; dmarc=pass (p=NONE) header.from=mail.example; dkim=pass header.d=mail.example"], ""),
        (["mx.h.example 1;\r\n dkim=pass header.d=mail.example"], ""),
        (["mx.h.example; spf=pass smtp.mailfrom=ana@mail.example"], ""),
        (["mx.h.example; dmarc=fail header.from=mail.example; dkim=pass header.d=mail.example"], "dmarc_fail"),
        (["mx.h.example; dmarc=pass header.from=evil.example"], "another_domain"),
        (["mx.evil.example; dmarc=pass header.from=mail.example"], "no_results"),
        (["mx.h.example; dmarc=fail header.from=mail.example", "mx.h.example; dmarc=pass header.from=mail.example"],
         "two_verdicts"),
        (["mx.h.example; spf=pass smtp.mailfrom=x@evil.example", "mx.h.example; dmarc=pass header.from=mail.example"],
         "unaligned"),
        (["mx.h.example; none"], "unaligned"),
        ([], "no_results"),
        (["((((", "", "mx.h.example"], "no_results"),
    ],
)  # fmt: skip
def test_the_word_of_a_relay(results: list[str], why: str) -> None:
    assert relay_says(results, "mx.h.example", "mail.example") == why


def test_alignment() -> None:
    assert aligned("a.example", "a.example", strict=True)
    assert aligned("a.example", "b.a.example", strict=False)
    assert not aligned("c.a.example", "b.a.example", strict=False)
    assert not aligned("example", "a.example", strict=False)
    assert not aligned("", "", strict=False)
    assert not aligned("ba.example", "a.example", strict=False)


def test_unchecked_is_untrusted() -> None:
    assert verdict(IncomingMail(from_="ana@mail.example")) == Untrusted("unchecked")
    assert verdict(IncomingMail(from_="", why="from", relay="")) == Untrusted("from")


async def test_through_the_door(practice: Harbor, key: tuple[bytes, str]) -> None:
    """Token and aligned sender together are somebody; either alone is nobody."""
    records: Mapping[tuple[str, str], list[str]] = {**DMARC, **published(key[1])}
    async with name_server(records) as server, open_house(practice, Trust.parse((), "", server)) as house:
        await house.send(signed(PLAIN, key[0]), house.reply_address())
        assert house.said() == ["identity/code", "identity/code_texted"]
        await _unsigned_is_nobody(house)


async def _unsigned_is_nobody(house: House) -> None:
    await house.send(mail("PAY"), house.reply_address(MAIL))
    assert house.said()[2:] == ["mail/unproven"]
    assert house.came_in()[-1]["details"]["unproven"] == "unsigned"
