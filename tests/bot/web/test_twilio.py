"""Twilio's webhooks: signature first, kept before acknowledged, clear refusals for everything that is no text."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from multidict import MultiDict, MultiDictProxy
from sqlalchemy import Connection, event, update
from sqlalchemy.exc import OperationalError

from bot.app import ENGINE
from bot.practice_file import parse_practice
from bot.practices import apply
from bot.store.tables import addresses, consents, conversations, inbox, message_states, outbox, redactions, tasks
from bot.web import keys
from conversations.hearing import fold_digits
from tests import canaries
from tests.bot.web.house import ANA, FILE, NOON, OURS, Answer, Hands, House, open_house

SMS, STATUS = "/webhooks/twilio/sms", "/webhooks/twilio/status"
FORM = {"MessageSid": "SM1", "From": ANA, "To": OURS, "Body": "hola", "NumMedia": "0"}
SERVICE, POOL, OTHER_POOL = "MG" + "2" * 32, "+12065550111", "+12065550112"
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


async def send(house: House, form: Any, path: str = SMS, **headers: str) -> Answer:
    """As Twilio posts: signed over the public address."""
    pairs = list(form.items()) if isinstance(form, Mapping) else list(form)
    signature = house.app[keys.SIGNATURES].sign(path, MultiDictProxy(MultiDict(pairs)))
    told = {"X-Twilio-Signature": signature, **FORM_TYPE, **headers}
    return await house.post(path, urlencode(pairs).encode(), headers=told)


def by_service(house: House) -> None:
    """From now on the practice texts by a messaging service."""
    file = parse_practice({**FILE, "text_numbers": [], "messaging_service": SERVICE})
    house.write(lambda conn: apply(conn, file, NOON))
    house.app[keys.WORLD].practices.forget()


async def test_a_text_is_kept_and_answered_with_nothing(house: House) -> None:
    answer = await send(house, FORM)
    assert (answer.status, answer.text) == (200, "<Response/>")
    assert answer.headers["Content-Type"].startswith("text/xml")
    (row,) = house.rows(inbox)
    assert (row.provider, row.provider_id, row.text) == ("twilio", "SM1", "hola")


async def test_the_same_text_a_hundred_times_at_once(house: House) -> None:
    answers = await asyncio.gather(*(send(house, FORM) for _ in range(100)))
    assert {answer.status for answer in answers} == {200}
    assert len(house.rows(inbox)) == 1
    assert len(house.rows(outbox)) <= 2


@pytest.mark.parametrize("path", [SMS, STATUS])
async def test_without_a_good_signature_nothing_is_read(house: House, path: str) -> None:
    body = urlencode(FORM).encode()
    for signature in ({}, {"X-Twilio-Signature": ""}, {"X-Twilio-Signature": "A" * 28}):
        answer = await house.post(path, body, headers={**FORM_TYPE, **signature})
        assert answer.status == 403
        assert "signature" in answer.text
    assert (
        await house.post(path, b"{}", headers={"Content-Type": "application/json", "X-Twilio-Signature": "x"})
    ).status == 403
    assert house.rows(inbox) == []


@pytest.mark.parametrize("path", [SMS, STATUS])
async def test_only_post(house: House, path: str) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
        answer = await house.ask(method, path)
        assert answer.status == 405, method
        assert answer.headers["Allow"] == "POST"
        assert "Location" not in answer.headers


async def test_spoofed_hosts_change_nothing(house: House) -> None:
    assert (await send(house, FORM, **{"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})).status == 200
    signed_for_evil = house.app[keys.SIGNATURES]
    form = MultiDictProxy(MultiDict(FORM))
    wrong = type(signed_for_evil)([house.app[keys.LOCAL_TWILIO].auth_token], "http://evil.example").sign(SMS, form)
    told = {**FORM_TYPE, "X-Twilio-Signature": wrong, "Host": "evil.example"}
    assert (await house.post(SMS, urlencode(FORM).encode(), headers=told)).status == 403


async def test_odd_queries_are_signed_as_called(house: House) -> None:
    for number, query in enumerate(("?x=%2B1", "?x=a%20b&y=it%27s", "?m=%2B&n=a+b")):
        answer = await send(house, FORM | {"MessageSid": f"SM{number}"}, SMS + query)
        assert answer.status == 200, query


@pytest.mark.parametrize(
    "more",
    [[("Body", " hi "), ("Body", "hi"), ("Body", " hi ")], [("Body", "")], [("Blank", ""), ("NewField", "1")], []],
    ids=["repeated", "empty", "unknown", "missing"],
)
async def test_fields_repeated_blank_unknown_missing(house: House, more: list[tuple[str, str]]) -> None:
    base = [(name, value) for name, value in FORM.items() if name != "Body"]
    assert (await send(house, base + more)).status == 200
    assert len(house.rows(inbox)) == 1


@pytest.mark.parametrize("path", [SMS, STATUS])
async def test_message_ids_that_are_none(house: House, path: str) -> None:
    for sid in (
        "",
        " ",
        "S" * 65,
        "S" * 9000,
        "SM1'; DROP TABLE inbox;--",
        "<script>",
        "SM\x00",
        "SM 1",
        "ＳＭ1",
        "../etc",
    ):
        answer = await send(house, FORM | {"MessageSid": sid, "MessageStatus": "sent"}, path)
        assert answer.status == 400, sid
        assert "MessageSid" in answer.text
        assert "<script>" not in answer.text
    assert house.rows(inbox) == []


async def test_numbers_that_are_none(house: House) -> None:
    for field in ("From", "To"):
        for value in ("", "x" * 41, "<b>", "+1\x002065550100", "ñ"):
            assert (await send(house, FORM | {field: value})).status == 400, (field, value)


async def test_a_number_that_no_practice_owns_is_kept_and_put_aside(house: House) -> None:
    assert (await send(house, FORM | {"To": "+12065559999"})).status == 200
    (row,) = house.rows(inbox)
    assert row.outcome == "shunted"
    assert house.rows(outbox) == []


@pytest.mark.parametrize("robot", ["12345", "878787", "HARBOR", OURS])
async def test_short_codes_and_our_own_number_get_no_answer(house: House, robot: str) -> None:
    assert (await send(house, FORM | {"From": robot, "Body": "BALANCE"})).status == 200
    (row,) = house.rows(inbox)
    assert row.outcome in {"silent", "shunted"}
    assert house.rows(outbox) == []


async def test_card_numbers_never_reach_the_database(house: House, tmp_path: Path) -> None:
    card = canaries.CARDS[0]
    spaced = f"{card[:4]} {card[4:8]} {card[8:12]} {card[12:]}"
    assert (await send(house, FORM | {"Body": f"{spaced} exp 9/27 cvv 123"})).status == 200
    (row,) = house.rows(inbox)
    assert row.text.startswith("[card ending 4242 removed]")
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("paybot.db*"))
    assert spaced.encode() not in stored
    assert card.encode() not in stored


@pytest.mark.parametrize(
    "pieces",
    [
        ("4539", "1488", "0343", "6467"),
        ("4539 14", "8803 43", "6467"),
        ("453914", "880343", "6467"),
        ("3782", "822463", "10005"),
        ("４５３９", "1488.", "- 0343 -", "(6467)"),
    ],
)
async def test_nobody_can_put_a_card_together_from_what_is_kept(house: House, pieces: tuple[str, ...]) -> None:
    for number, piece in enumerate(pieces):
        assert (await send(house, FORM | {"MessageSid": f"SM{number}", "Body": piece})).status == 200
    came, left, talks = house.rows(inbox), house.rows(outbox), house.rows(conversations)
    assert len(came) == len(pieces)
    assert all("digits removed]" in row.text or row.text == "[code]" for row in came)
    asked = {row.inbox_id for row in house.rows(redactions)}
    assert asked == {row.id for row in came}
    kept = str([(row.text, row.details) for row in came] + [(row.text, row.values) for row in left])
    kept += str([row.kept for row in talks])
    assert not any(part in kept for piece in pieces for part in re.findall(r"\d{4,}", fold_digits(piece)))


async def test_a_sum_that_was_asked_for_is_heard_and_not_kept(house: House) -> None:
    for number, words in enumerate(("i already paid this", "1000")):
        await send(house, FORM | {"MessageSid": f"SM{number}", "Body": words})
    asked, told = house.rows(inbox)
    assert (asked.heard, told.heard) == ("paid_already.asked", "paid_already.amount_told")
    assert told.text == "[4 digits removed]"


async def test_the_office_number_may_be_quoted(house: House) -> None:
    await send(house, FORM | {"Body": "should i call 206-555-0142 or 415-555-9999"})
    (row,) = house.rows(inbox)
    assert "206-555-0142" in row.text
    assert "9999" not in row.text


async def test_a_photo_is_counted_and_never_fetched(house: House) -> None:
    form = FORM | {"NumMedia": "2", "MediaUrl0": "http://169.254.169.254/latest", "MediaUrl1": "file:///etc/passwd"}
    assert (await send(house, form)).status == 200
    (row,) = house.rows(inbox)
    assert row.details["media"] == 2
    assert "169.254" not in str(row)


async def test_odd_media_counts(house: House) -> None:
    for number, count in enumerate(("", "-1", "x", "9" * 30, "1e3", "٣")):
        assert (await send(house, FORM | {"MessageSid": f"SM{number}", "NumMedia": count})).status == 200, count
    assert all("media" not in row.details for row in house.rows(inbox))


@pytest.mark.parametrize(
    "body",
    [
        "a" * 5000,
        "\x00\x00",
        "\u202egnp.exe",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "\x1b[31m",
        "😀" * 400,
        "'; --",
    ],
    ids=["long", "nul", "rtl", "formula", "script", "ansi", "emoji", "sql"],
)
async def test_hostile_words_are_only_words(house: House, body: str) -> None:
    assert (await send(house, FORM | {"Body": body})).status == 200
    (row,) = house.rows(inbox)
    assert len(row.text) <= 1600
    assert "\x00" not in row.text
    assert row.details.get("cut_from") == (len(body) if len(body) > 1600 else None)
    assert row.outcome != "shunted"


async def test_bodies_that_are_no_form(house: House) -> None:
    signature = {"X-Twilio-Signature": "A" * 28}
    assert (await house.post(SMS, b"x" * 70_000, headers={**FORM_TYPE, **signature})).status == 413
    assert (await house.post(SMS, b"a=\xff\xfe", headers={**FORM_TYPE, **signature})).status == 400
    charset = {"Content-Type": "application/x-www-form-urlencoded; charset=klingon", **signature}
    assert (await house.post(SMS, b"a=b", headers=charset)).status == 400
    many = "&".join(f"f{n}=" for n in range(5000)).encode()
    assert (await house.post(SMS, many, headers={**FORM_TYPE, **signature})).status == 413
    for kind in ("multipart/form-data; boundary=x", "text/plain", ""):
        answer = await house.post(SMS, b"--x\r\n\r\n--x--", headers={"Content-Type": kind, **signature})
        assert answer.status in {403, 415}, kind
    packed = await house.post(SMS, b"\x1f\x8b", headers={**FORM_TYPE, **signature, "Content-Encoding": "gzip"})
    assert packed.status in {400, 415}
    assert house.rows(inbox) == []


async def test_delivery_news_in_any_order(house: House) -> None:
    form = {"MessageSid": "SM9", "MessageStatus": "delivered", "From": OURS, "To": ANA}
    assert (await send(house, form, STATUS + "?m=1")).status == 204
    assert (await send(house, form | {"MessageStatus": "sent"}, STATUS)).status == 204
    assert (await send(house, form, STATUS + "?m=99999999999999999999")).status == 204
    assert {row.state for row in house.rows(message_states)} == {"delivered", "sent"}


async def test_states_that_are_none(house: House) -> None:
    for state in ("", "<b>", "x" * 30, "sent; drop"):
        assert (await send(house, {"MessageSid": "SM9", "MessageStatus": state}, STATUS)).status == 400, state


@pytest.mark.parametrize(
    "mode,form,answered",
    [
        ("default", {"Body": "STOP"}, True),
        ("default", {"Body": " stop "}, True),
        ("default", {"Body": "please stop texting me"}, False),
        ("advanced", {"Body": "STOP", "OptOutType": "STOP"}, True),
        ("advanced", {"Body": "STOP"}, False),
        ("self", {"Body": "STOP", "OptOutType": "STOP"}, False),
    ],
)
async def test_exactly_one_confirmation_of_stop(
    tmp_path: Path, mode: str, form: dict[str, str], answered: bool
) -> None:
    async with open_house(tmp_path, Hands(NOON), PAYBOT_TWILIO_OPT_OUT=mode) as house:
        assert (await send(house, FORM | form)).status == 200
        assert len(house.rows(outbox, outbox.c.kind == "opt_out")) == (0 if answered else 1)


@pytest.mark.parametrize(
    "kind,was,then",
    [("STOP", "granted", "revoked"), ("START", "revoked", "granted"), ("HELP", "granted", "granted")],
)
async def test_words_that_only_the_provider_knows_are_kept_and_not_answered(
    tmp_path: Path, kind: str, was: str, then: str
) -> None:
    async with open_house(tmp_path, Hands(NOON), PAYBOT_TWILIO_OPT_OUT="advanced") as house:
        house.write(lambda conn: conn.execute(update(addresses).where(addresses.c.address == ANA).values(consent=was)))
        before = len(house.rows(consents))
        assert (await send(house, FORM | {"Body": "adios amigos", "OptOutType": kind})).status == 200
        (address,) = house.rows(addresses, addresses.c.address == ANA)
        new = [(row.status, row.source, row.wording) for row in house.rows(consents)[before:]]
        assert address.consent == then
        assert new == ([] if was == then else [(then, "keyword", "adios amigos")])
        assert house.rows(outbox) == []


@pytest.mark.parametrize("mode", ["default", "self"])
async def test_in_other_modes_our_own_hearing_decides(tmp_path: Path, mode: str) -> None:
    async with open_house(tmp_path, Hands(NOON), PAYBOT_TWILIO_OPT_OUT=mode) as house:
        assert (await send(house, FORM | {"Body": "adios amigos", "OptOutType": "STOP"})).status == 200
        (address,) = house.rows(addresses, addresses.c.address == ANA)
        assert (address.consent, len(house.rows(outbox))) == ("granted", 1)


async def test_a_practice_that_texts_by_a_messaging_service(house: House) -> None:
    """Its numbers stand in no file: Twilio names the service that they belong to."""
    by_service(house)
    form = FORM | {"To": POOL, "MessagingServiceSid": SERVICE}
    assert (await send(house, form | {"Body": "BALANCE, not by 206-555-0142"})).status == 200
    assert (await send(house, form | {"MessageSid": "SM2", "Body": "STOP"})).status == 200
    asked, stopped = house.rows(inbox)
    assert (asked.outcome, stopped.outcome) == ("answered", "answered")
    assert "206-555-0142" in asked.text
    (address,) = house.rows(addresses, addresses.c.address == ANA)
    assert address.consent == "revoked"
    sent = await house.until(lambda: house.app[keys.LOCAL_TWILIO].texts(to=ANA))
    assert {text.ours for text in sent} == {SERVICE}


async def test_two_numbers_of_a_messaging_service_do_not_talk_to_each_other(house: House) -> None:
    by_service(house)
    form = FORM | {"MessagingServiceSid": SERVICE, "Body": "BALANCE"}
    for number, (here, there) in enumerate([(POOL, OTHER_POOL), (OTHER_POOL, POOL), (POOL, OTHER_POOL)]):
        assert (await send(house, form | {"MessageSid": f"SM{number}", "To": here, "From": there})).status == 200
    assert ["ignored" in row.details for row in house.rows(inbox)] == [False, True, True]


async def test_a_service_that_no_practice_owns(house: House) -> None:
    form = FORM | {"MessagingServiceSid": "MG" + "9" * 32}
    assert (await send(house, form)).status == 200
    assert (await send(house, form | {"MessageSid": "SM2", "To": POOL})).status == 200
    assert [row.outcome == "shunted" for row in house.rows(inbox)] == [False, True]


async def test_a_commit_that_fails_is_no_acknowledgement(house: House) -> None:
    """The answer was made ready while the commit was under way: it must not leave."""

    def fail(_: Connection) -> None:
        raise OperationalError("COMMIT", None, ConnectionError("gone"))

    event.listen(house.app[ENGINE], "commit", fail)
    answer = await send(house, FORM)
    event.remove(house.app[ENGINE], "commit", fail)
    assert (answer.status, answer.text) == (500, "Something went wrong on our side. Please try again.\n")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert house.rows(inbox) == []
    answer = await send(house, FORM)
    assert (answer.status, answer.text) == (200, "<Response/>")
    assert len(house.rows(inbox)) == 1


async def test_5xx_only_when_nothing_was_kept(house: House) -> None:
    house.write(lambda conn: conn.exec_driver_sql("ALTER TABLE inbox RENAME TO gone"))
    answer = await send(house, FORM)
    assert answer.status == 500
    assert "inbox" not in answer.text
    assert "Traceback" not in answer.text
    house.write(lambda conn: conn.exec_driver_sql("ALTER TABLE gone RENAME TO inbox"))
    assert (await send(house, FORM)).status == 200
    assert len(house.rows(inbox)) == 1
    assert house.rows(tasks) == []
