"""Two servers on one PostgreSQL: what may happen once happens once, and whoever comes second gets an answer."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.app import ENGINE
from bot.store.tables import codes, page_sessions, payments, postings
from bot.web import keys
from tests.bot.web.house import NOON, Answer, Hands, House, open_house

Twins = tuple[House, House]
EACH = 6


@pytest.fixture
async def twins(tmp_path: Path, postgres_url: str) -> AsyncIterator[Twins]:
    where = {"PAYBOT_DATABASE_URL": postgres_url, "PAYBOT_SECRET_KEY": "k" * 64}
    clock = Hands(NOON)
    async with open_house(tmp_path, clock, **where) as one, open_house(tmp_path, clock, **where) as two:
        yield one, two


async def at_once(twins: Twins, path: str, *forms: dict[str, str], cookie: str = "") -> list[Answer]:
    """Each form from several new browsers at each of the two, all at the same moment."""
    headers = {"Cookie": f"paybot={cookie}"} if cookie else {}

    async def send(house: House, form: dict[str, str]) -> Answer:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
            return await house.post(path, form, by=browser, headers=headers, allow_redirects=False)

    return await asyncio.gather(*(send(house, form) for _ in range(EACH) for house in twins for form in forms))


def count(house: House, *what: Any) -> list[Any]:
    with house.app[ENGINE].connect() as conn:
        return [conn.scalar(one) for one in what]


async def test_a_code_is_good_once(twins: Twins) -> None:
    one, _ = twins
    token = one.link(asks_code=True)
    await one.post(f"/p/{token}", {"step": "ask", "way": "email"})
    code = await the_code(twins)
    answers = await at_once(twins, f"/p/{token}", {"step": "code", "code": code})
    assert sorted(answer.status for answer in answers) == [303] + [403] * (2 * EACH - 1)
    assert len(one.rows(page_sessions)) == 1
    assert [row.state for row in one.rows(codes)] == ["used"]


async def the_code(twins: Twins) -> str:
    """The code in the mail, whichever of the two sent it."""
    boxes = [house.app[keys.MAILBOX] for house in twins]
    sender = await twins[0].until(lambda: next((h for h, box in zip(twins, boxes, strict=True) if box.mails()), None))
    return str(await sender.code_from_mail())


async def test_the_first_press_opens_and_the_others_ask_for_a_code(twins: Twins) -> None:
    answers = await at_once(twins, f"/p/{twins[0].link()}", {"step": "open"})
    assert sorted(answer.status for answer in answers) == [200] * (2 * EACH - 1) + [303]
    assert len(twins[0].rows(page_sessions)) == 1


async def test_whoever_pays_in_many_tabs_pays_once(twins: Twins) -> None:
    one, _ = twins
    opened = await one.post(f"/p/{one.link()}", allow_redirects=False)
    cookie = opened.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    begun = await at_once(twins, "/pay/harbor/checkout", {"choice": "whole", "owed": "18450"}, cookie=cookie)
    assert {answer.status for answer in begun} <= {303, 409}
    public_id = next(row.public_id for row in one.rows(payments) if row.state == "open")
    forms = [{"step": "confirm", "payment": public_id, "card": card} for card in ("approve", "decline", "late")]
    confirmed = await at_once(twins, "/pay/harbor/checkout", *forms, cookie=cookie)
    assert {answer.status for answer in confirmed} == {303}
    settled = [row.state for row in one.rows(payments, payments.c.submitted_at.is_not(None))]
    assert settled in (["paid"], ["declined"], ["unknown"])
    paid = func.coalesce(func.sum(postings.c.cents).filter(postings.c.account == "processor"), 0)
    total, taken = count(one, select(func.sum(postings.c.cents)), select(paid))
    assert total == 0
    assert taken == (18450 if settled == ["paid"] else 0)
