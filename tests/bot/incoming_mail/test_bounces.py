"""A mail of ours goes out, and its server, its reader or a robot answers."""

import dataclasses
import email
import email.policy
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.email import MailOut, build
from bot.rendering import Renderer
from bot.sending.claiming import claim
from bot.sending.making import Desk
from bot.store.tables import conversations, outbox, tasks
from conversations.events import NoticeDue
from tests.bot.incoming_mail.house import DOMAIN, House, mail, open_house
from tests.bot.incoming_mail.samples import samples
from tests.harbor import NOW, Harbor, event

BOUNCES = {sample.name: sample for sample in samples("bounces")}


def desk(house: House) -> Desk:
    world = house.harbor.world
    return Desk(world.practices, world.keys, Renderer(None), "https://pay.harbor.example", DOMAIN, takes_mail=True)


def sent(house: House) -> list[tuple[MailOut, EmailMessage]]:
    """What leaves by mail now."""
    with house.harbor.engine.begin() as conn:
        claimed = claim(conn, desk(house), NOW)
    outs = [ready.out for ready in claimed.ready if isinstance(ready.out, MailOut)]
    parsed = [
        email.message_from_bytes(build(out).as_bytes(), _class=EmailMessage, policy=email.policy.default)
        for out in outs
    ]
    return list(zip(outs, parsed, strict=True))


@pytest.fixture
async def noticed(practice: Harbor) -> AsyncIterator[tuple[House, MailOut, EmailMessage]]:
    """A notice has gone to Ana by mail."""
    async with open_house(practice) as house:
        yield house, *(await notice(house))


async def notice(house: House) -> tuple[MailOut, EmailMessage]:
    house.token()
    with house.harbor.engine.begin() as conn:
        talk_id = conn.scalar(select(conversations.c.id).where(conversations.c.channel == "email"))
    await house.road.take(event(NoticeDue(house.harbor.patients["Ana Ruiz"]), "n1", int(talk_id or 0)))
    (only,) = sent(house)
    return only


async def test_what_a_notice_carries(noticed: tuple[House, MailOut, EmailMessage]) -> None:
    _, out, message = noticed
    assert out.envelope_from.startswith("bounce+")
    assert str(message["Reply-To"]).count(f"@{DOMAIN}") == 1
    assert "reply+" in str(message["Reply-To"])
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert str(message["List-Unsubscribe"]).strip().startswith("<https://pay.harbor.example/unsubscribe/")
    assert str(message["Message-ID"]).endswith(f"@{DOMAIN}>")


async def test_an_answer_to_it_is_answered_in_the_thread(noticed: tuple[House, MailOut, EmailMessage]) -> None:
    house, _, message = noticed
    to = message["Reply-To"].addresses[0].addr_spec
    raw = mail("pay 50", Message_ID="<2@mail.example>", References=str(message["Message-ID"]))
    await house.send(raw, to)
    ((_, answer),) = sent(house)
    assert answer["In-Reply-To"] == "<2@mail.example>"
    assert answer["References"].strip() == f"{message['Message-ID']} <2@mail.example>"
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["List-Unsubscribe"] is None


@pytest.mark.parametrize("name", sorted(BOUNCES))
async def test_a_report_to_its_token(noticed: tuple[House, MailOut, EmailMessage], name: str) -> None:
    house, out, _ = noticed
    sample = BOUNCES[name]
    await house.send(sample.raw, out.envelope_from, "")
    fate, blocked = sample.expect["bounce"]["fate"], sample.expect["bounce"].get("status", "").startswith("5.7.")
    address, row = house.address(), house.harbor.all(outbox)[0]
    assert address["problem"] == ("bounced" if fate == "hard" and not blocked else None)
    assert row["state"] == {"hard": "undelivered", "arrived": "delivered"}.get(fate, "sending")
    told = ["delivery_failed" if blocked else "bad_email"]
    assert [task["kind"] for task in house.harbor.all(tasks)] == (told if fate == "hard" else [])
    assert len(house.harbor.all(outbox)) == 1
    (kept,) = house.came_in()
    assert (kept["outcome"], kept["details"]["bounce"]) == ("silent", fate)


async def test_a_report_without_our_token_changes_nothing(noticed: tuple[House, MailOut, EmailMessage]) -> None:
    house, _, message = noticed
    to = message["Reply-To"].addresses[0].addr_spec
    await house.send(BOUNCES["postfix_unknown"].raw, to, "")
    assert house.address()["problem"] is None
    assert house.harbor.all(outbox)[0]["state"] == "sending"
    assert house.came_in()[0]["details"]["machine"] == "bounce"


async def test_the_same_report_twice_is_one(noticed: tuple[House, MailOut, EmailMessage]) -> None:
    house, out, _ = noticed
    for _ in range(2):
        await house.send(BOUNCES["postfix_unknown"].raw, out.envelope_from, "")
    assert len(house.harbor.all(tasks)) == 1


async def test_a_person_who_writes_to_the_bounce_address_is_no_patient(
    noticed: tuple[House, MailOut, EmailMessage],
) -> None:
    house, out, _ = noticed
    await house.send(mail("STOP"), out.envelope_from)
    assert house.address()["consent"] == "granted"
    assert [task["kind"] for task in house.harbor.all(tasks)] == ["mail_to_bounce_address"]
    assert len(house.harbor.all(outbox)) == 1


async def test_two_robots_end_in_silence(noticed: tuple[House, MailOut, EmailMessage]) -> None:
    """A program that answers every mail, and does not say so."""
    house, _, message = noticed
    waiting, rounds = [message], 0
    while waiting and rounds < 20:
        answered = waiting.pop()
        rounds += 1
        to = answered["Reply-To"].addresses[0].addr_spec
        await house.send(
            mail("Thanks for your mail, our team will look at it.", Message_ID=f"<{rounds}@x.example>"), to
        )
        waiting += [one for _, one in sent(house)]
    assert rounds <= 4


def _fields(out: MailOut) -> dict[str, Any]:
    return {one.name: getattr(out, one.name) for one in dataclasses.fields(out)}


async def test_no_line_break_gets_into_a_header(noticed: tuple[House, MailOut, EmailMessage]) -> None:
    _, out, _ = noticed
    bad = MailOut(**_fields(out) | {"unsubscribe_url": "https://x.example/\r\nBcc: eve@evil.example"})
    assert "Bcc" not in build(bad)
    with pytest.raises(ValueError, match="address"):
        build(MailOut(**_fields(out) | {"reply_to": "a@x.example\r\nRCPT TO:<b@y.example>"}))
