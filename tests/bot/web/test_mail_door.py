"""The whole server: a notice goes out by mail, its reader answers from the mailbox, and is answered in the thread."""

from pathlib import Path

import pytest

from bot import parts
from bot.app import make_app
from bot.settings import load_settings
from bot.store import conversations
from bot.store.conversations import Place
from bot.store.tables import inbox, outbox
from bot.turns.road import Arrival
from bot.web import keys
from conversations.events import NoticeDue
from tests.bot.web.house import MAIL, NOON, Hands, House, open_house
from tests.servers.ports import free_port


async def notice(house: House) -> None:
    place = Place(1, "email", MAIL[0])
    talk, _ = house.write(lambda conn: conversations.begun(conn, {place})[place])
    arrival = Arrival("test", "n1", NoticeDue(house.ids["P1"]), house.clock(), conversation_id=talk)
    await house.app[keys.ROAD].take(arrival)


async def test_a_notice_is_answered_from_the_mailbox(tmp_path: Path) -> None:
    async with open_house(tmp_path, Hands(NOON), PAYBOT_MAIL_LISTEN=f"127.0.0.1:{free_port()}") as house:
        box = house.app[keys.MAILBOX]
        await notice(house)
        first = (await house.until(box.mails))[0]
        answer = await house.post(f"/simulator/mailbox/{first.id}/answer", {"words": "can i pay 50 today"})
        assert (answer.status, answer.path) == (200, "/simulator/mailbox")
        second = (await house.until(lambda: len(box.mails()) > 1 and box.mails()))[0]
        assert "/p/" in second.text
        assert dict(second.headers)["In-Reply-To"].startswith("<")
        assert dict(first.headers)["Message-ID"].strip() in dict(second.headers)["References"]
        assert second.sender.startswith("bounce+")
        (row,) = house.rows(inbox, inbox.c.provider == "mail")
        assert (row.text, row.outcome) == ("can i pay 50 today", "answered")
        assert len(house.rows(outbox)) == 2


async def test_an_answer_to_a_mail_that_is_not_there(tmp_path: Path) -> None:
    async with open_house(tmp_path, Hands(NOON), PAYBOT_MAIL_LISTEN=f"127.0.0.1:{free_port()}") as house:
        assert (await house.post("/simulator/mailbox/99/answer", {"words": "x"})).status == 404


async def test_no_door_no_answer(house: House) -> None:
    await notice(house)
    box = house.app[keys.MAILBOX]
    first = (await house.until(box.mails))[0]
    assert "reply+" not in dict(first.headers)["Reply-To"]
    assert (await house.post(f"/simulator/mailbox/{first.id}/answer", {"words": "x"})).status == 409


@pytest.mark.parametrize("listen, doors", [("127.0.0.1:2599", 1), ("", 0)])
def test_an_empty_setting_keeps_the_door_shut(tmp_path: Path, listen: str, doors: int) -> None:
    given = {"PAYBOT_DATA_DIR": str(tmp_path), "PAYBOT_MAIL_LISTEN": listen, "PAYBOT_SMS": "twilio",
             "PAYBOT_TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "PAYBOT_TWILIO_AUTH_TOKEN": "t"}  # fmt: skip
    settings = load_settings(given, env_file=None)
    with_mail = len(make_app(settings, only={"mail"}).cleanup_ctx)
    without = len(make_app(settings, only={"web"}).cleanup_ctx) - 1
    assert with_mail - without == doors
    assert parts.LANES
