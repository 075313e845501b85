"""Practices' own Twilio accounts at the webhooks: each is believed by its own token, and speaks for its practice."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from multidict import MultiDict, MultiDictProxy

from bot.practice_file import parse_practice
from bot.practices import apply
from bot.store.tables import addresses, inbox, message_states, outbox, practices, tasks
from bot.web import keys, numbers
from bot.web.signed import Signatures
from tests.bot.web.house import ANA, FILE, NOON, OURS, Answer, Hands, House, open_house
from tests.stand_ins.twilio import ACCOUNT, TOKEN, StandIn

SMS, STATUS = "/webhooks/twilio/sms", "/webhooks/twilio/status"
SUB, SUB_TOKEN, NEXT_TOKEN = "AC" + "5" * 32, "token-of-the-subaccount", "the-token-after-it"
THIRD, THIRD_TOKEN = "AC" + "6" * 32, "token-of-a-third-account"
THEIRS, SERVICE = "+12065550177", "MG" + "5" * 32
BAY = {**FILE, "slug": "bay", "name": "Bay Clinic", "text_numbers": [THEIRS], "twilio_account_sid": SUB}
TOKENS = {ACCOUNT: TOKEN, SUB: SUB_TOKEN, THIRD: THIRD_TOKEN}
BEN = "+12065551234"
FORM = {"MessageSid": "SM1", "From": BEN, "To": THEIRS, "Body": "STOP", "NumMedia": "0"}


@dataclass
class Building:
    """Two practices at one door: harbor texts by everybody's account, bay by its own."""

    house: House
    twilio: StandIn
    secrets: Path

    def holds(self, account: str, token: str, second: str = "") -> None:
        """The secrets folder has these tokens from now on."""
        (self.secrets / f"PAYBOT_TWILIO_AUTH_TOKEN_{account}").write_text(token)
        if second:
            (self.secrets / f"PAYBOT_TWILIO_AUTH_TOKEN_SECONDARY_{account}").write_text(second)

    def applies(self, file: Mapping[str, Any]) -> None:
        self.house.write(lambda conn: apply(conn, parse_practice(dict(file)), NOON))
        self.house.app[keys.WORLD].practices.forget()

    async def sends(self, by: str, form: Mapping[str, str], path: str = SMS, token: str = "", **also: str) -> Answer:
        """That account brings this, signed by its token or another."""
        told = {"AccountSid": by, **form, **also}
        signed = Signatures([token or TOKENS[by]], self.house.url).sign(path, MultiDictProxy(MultiDict(told)))
        headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
        return await self.house.post(path, urlencode(told).encode(), headers=headers)

    def kept(self) -> list[tuple[str, str]]:
        return [(row.outcome, row.reason) for row in self.house.rows(inbox)]

    def consent(self, phone: str, slug: str = "bay") -> str:
        [practice] = self.house.rows(practices, practices.c.slug == slug)
        found = self.house.rows(addresses, addresses.c.address == phone, addresses.c.practice_id == practice.id)
        return found[0].consent if found else ""


@asynccontextmanager
async def open_building(folder: Path, **env: str) -> AsyncIterator[Building]:
    secrets = folder / "secrets"
    secrets.mkdir()
    async with StandIn() as twilio:
        twilio.accounts |= TOKENS
        given = {
            "PAYBOT_SMS": "twilio",
            "PAYBOT_TWILIO_ACCOUNT_SID": ACCOUNT,
            "PAYBOT_TWILIO_AUTH_TOKEN": TOKEN,
            "PAYBOT_TWILIO_API_URL": twilio.url,
            "PAYBOT_TWILIO_OPT_OUT": "self",
            "PAYBOT_SECRETS_DIR": str(secrets),
        }
        async with open_house(folder, Hands(NOON), **given | env) as house:
            building = Building(house, twilio, secrets)
            building.holds(SUB, SUB_TOKEN)
            building.applies(BAY)
            yield building
        assert not twilio.faults


@pytest.fixture
async def building(tmp_path: Path) -> AsyncIterator[Building]:
    """The token files are looked at each time: a test need not wait for a second to pass."""
    from bot.settings import subaccounts

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subaccounts, "FRESH_SECONDS", 0)
        patch.setattr(numbers, "FRESH_SECONDS", 0)
        async with open_building(tmp_path) as building:
            yield building


async def test_its_texts_are_believed_by_its_token_and_answered_by_its_account(building: Building) -> None:
    assert (await building.sends(SUB, FORM, Body="STOP")).status == 200
    assert building.consent(BEN) == "revoked"
    await building.house.until(lambda: building.twilio.messages)
    assert (building.twilio.left_by(SUB), building.twilio.left_by(ACCOUNT)) == ([BEN], [])
    [row] = building.house.rows(inbox)
    assert row.details == {"account": SUB}


@pytest.mark.parametrize("path", [SMS, STATUS])
async def test_every_other_token_is_refused_with_the_same_words(building: Building, path: str) -> None:
    """Whether we know an account is nothing that a stranger learns."""
    answers = [
        await building.sends(SUB, FORM, path, token=TOKEN, MessageStatus="sent"),
        await building.sends(ACCOUNT, FORM, path, token=SUB_TOKEN, MessageStatus="sent"),
        await building.sends(THIRD, FORM, path, MessageStatus="sent"),
        await building.sends("AC" + "9" * 32, FORM, path, token=TOKEN, MessageStatus="sent"),
        await building.sends("", FORM, path, token=SUB_TOKEN, MessageStatus="sent"),
        await building.sends("A" * 65, FORM, path, token=SUB_TOKEN, MessageStatus="sent"),
        await building.sends(SUB.lower(), FORM, path, token=SUB_TOKEN, MessageStatus="sent"),
    ]
    assert {(answer.status, answer.text) for answer in answers} == {(403, "The signature is wrong.\n")}
    assert building.house.rows(inbox) == building.house.rows(message_states) == []


async def test_it_cannot_write_into_another_practice(building: Building) -> None:
    """Neither to its number nor to its messaging service: kept, and put aside as for a number that nobody owns."""
    form = FORM | {"From": ANA, "To": OURS}
    assert (await building.sends(SUB, form)).status == 200
    building.applies(FILE | {"text_numbers": [], "messaging_service": SERVICE})
    pool = form | {"MessageSid": "SM2", "To": "+12065550111", "MessagingServiceSid": SERVICE}
    assert (await building.sends(SUB, pool)).status == 200
    assert building.kept() == [("shunted", "no practice of that account owns that number")] * 2
    assert [row.practice_id for row in building.house.rows(inbox)] == [None, None]
    assert building.consent(ANA, "harbor") == "granted"
    assert building.house.rows(tasks) == building.house.rows(outbox) == []


@pytest.mark.parametrize("named", [(SUB, ACCOUNT), (SUB, ""), (SUB, " "), (SUB, "x" * 65), ("\0",), (f"{SUB}\0",)])
async def test_who_names_several_accounts_signs_as_the_last_of_them(building: Building, named: tuple[str, ...]) -> None:
    """It has only its own token, which fits neither ours nor a name that cannot be one."""
    told = [*(("AccountSid", one) for one in named), *FORM.items(), ("From", ANA), ("To", OURS)]
    signed = Signatures([SUB_TOKEN], building.house.url).sign(SMS, MultiDictProxy(MultiDict(told)))
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    assert (await building.house.post(SMS, urlencode(told).encode(), headers=headers)).status == 403
    assert building.house.rows(inbox) == []


async def test_two_accounts_of_practices_are_strangers_to_each_other(building: Building) -> None:
    building.holds(THIRD, THIRD_TOKEN)
    assert (await building.sends(THIRD, FORM)).status == 200
    assert building.kept() == [("shunted", "no practice of that account owns that number")]


async def test_the_one_account_brings_texts_for_all_of_them(building: Building) -> None:
    """The number may not have moved to the practice's account yet: whoever texts STOP meanwhile is heard."""
    assert (await building.sends(ACCOUNT, FORM)).status == 200
    assert building.consent(BEN) == "revoked"


async def test_its_messaging_service_names_no_patient_of_others_as_a_robot(building: Building) -> None:
    building.applies(BAY | {"text_numbers": [], "messaging_service": SERVICE})
    lie = {"MessageSid": "SM2", "To": ANA, "MessagingServiceSid": SERVICE}
    assert (await building.sends(SUB, FORM, **lie)).status == 200
    heard = {"MessageSid": "SM3", "From": ANA, "To": OURS, "Body": "STOP"}
    assert (await building.sends(ACCOUNT, heard)).status == 200
    assert building.consent(ANA, "harbor") == "revoked"


class TestNews:
    async def test_of_its_own_text(self, building: Building) -> None:
        await building.sends(SUB, FORM)
        row = await building.house.until(lambda: [one for one in building.house.rows(outbox) if one.state == "sent"])
        news = {"MessageSid": row[0].provider_id, "MessageStatus": "delivered"}
        assert (await building.sends(SUB, news, f"{STATUS}?m={row[0].id}")).status == 204
        assert building.house.rows(outbox)[0].state == "delivered"

    async def test_of_a_text_of_others(self, building: Building) -> None:
        await building.sends(ACCOUNT, FORM | {"To": OURS, "From": ANA})
        [row] = await building.house.until(lambda: [o for o in building.house.rows(outbox) if o.state == "sent"])
        for sid in (row.provider_id, "SM99"):
            news = {"MessageSid": sid, "MessageStatus": "undelivered", "ErrorCode": "30005"}
            assert (await building.sends(SUB, news, f"{STATUS}?m={row.id}")).status == 204
        [after] = building.house.rows(outbox)
        assert (after.state, after.error_code) == ("sent", None)
        assert building.house.rows(addresses, addresses.c.address == ANA)[0].problem is None


class TestWhileItRuns:
    async def test_a_practice_and_its_token_are_added(self, building: Building) -> None:
        cove = BAY | {"slug": "cove", "text_numbers": ["+12065550188"], "twilio_account_sid": THIRD}
        form = FORM | {"To": "+12065550188", "Body": "STOP"}
        assert (await building.sends(THIRD, form)).status == 403
        building.applies(cove)
        assert (await building.sends(THIRD, form)).status == 403
        building.holds(THIRD, THIRD_TOKEN)
        assert (await building.sends(THIRD, form)).status == 200
        assert building.consent(BEN, "cove") == "revoked"
        await building.house.until(lambda: building.twilio.messages)
        assert building.twilio.left_by(THIRD) == [BEN]

    async def test_its_token_is_replaced(self, building: Building) -> None:
        building.holds(SUB, SUB_TOKEN, NEXT_TOKEN)
        for number, token in enumerate((SUB_TOKEN, NEXT_TOKEN)):
            assert (await building.sends(SUB, FORM, token=token, MessageSid=f"SM{number}")).status == 200
        await building.house.until(lambda: building.twilio.messages)
        building.twilio.accounts[SUB] = NEXT_TOKEN
        building.holds(SUB, NEXT_TOKEN)
        (building.secrets / f"PAYBOT_TWILIO_AUTH_TOKEN_SECONDARY_{SUB}").unlink()
        assert (await building.sends(SUB, FORM, token=SUB_TOKEN, MessageSid="SM5")).status == 403
        assert (await building.sends(SUB, FORM, token=NEXT_TOKEN, MessageSid="SM6")).status == 200

    async def test_its_number_moves_to_its_account(self, building: Building) -> None:
        """First the file, then the number: nothing is lost in between, and the talk goes on."""
        building.applies(BAY | {"twilio_account_sid": ""})
        assert (await building.sends(ACCOUNT, FORM, Body="HELP")).status == 200
        await building.house.until(lambda: building.twilio.messages)
        building.applies(BAY)
        assert (await building.sends(ACCOUNT, FORM, Body="STOP", MessageSid="SM2")).status == 200
        assert building.consent(BEN) == "revoked"
        assert (await building.sends(SUB, FORM, Body="START", MessageSid="SM3")).status == 200
        for sent in (2, 3):  # a number texts once a second
            building.house.clock.forward(seconds=2)
            await building.house.until(lambda sent=sent: len(building.twilio.messages) == sent)  # type: ignore[misc]
        assert (building.twilio.left_by(ACCOUNT), building.twilio.left_by(SUB)) == ([BEN], [BEN, BEN])
        assert {outcome for outcome, _ in building.kept()} == {"answered"}


async def test_the_simulator_has_an_account_for_every_practice(house: House, tmp_path: Path) -> None:
    """With the file of production and no token at all: whole talks, through that account."""
    twilio = house.app[keys.LOCAL_TWILIO]
    house.write(lambda conn: apply(conn, parse_practice(FILE | {"twilio_account_sid": SUB}), NOON))
    house.app[keys.WORLD].practices.forget()
    form = {"from": ANA, "to": OURS, "body": "help"}
    assert (await house.post("/simulator/phone/send", form, allow_redirects=False)).status == 303
    await house.until(lambda: [row for row in house.rows(outbox) if row.state == "delivered"])
    assert {text.account for text in twilio.texts()} == {SUB}
    assert twilio.tokens(SUB) != twilio.tokens(twilio.account_sid)
    assert [row.details for row in house.rows(inbox)] == [{"account": SUB}]
