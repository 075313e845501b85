"""Whom a sign-in is about, where its codes go, and that neither bytes nor time tell who is a patient."""

import statistics
import time
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update

from bot.practice_file import parse_practice
from bot.practices import apply
from bot.store import code_asks as code_store
from bot.store.code_asks import NewAsk
from bot.store.money_tables import plans
from bot.store.tables import addresses, code_asks, codes, guarantors, outbox, page_sessions, people, tasks
from bot.web import keys
from tests import canaries
from tests.bot.web.house import ANA, FILE, NOON, SHARED, Hands, House, open_house
from tests.bot.web.test_signing_in import asks, details, network, texted, types

SAMPLES = 150
BEN_IS = f"{canaries.FIRST_NAMES[1]} {canaries.LAST_NAMES[1]}"
BEN: dict[str, Any] = {"name": BEN_IS, "month": "5", "day": "6", "year": "1975"}


def put(house: House, patient: str, **values: object) -> None:
    house.write(lambda conn: conn.execute(update(people).where(people.c.patient_id == patient).values(**values)))


def answers_for(house: House, patient: str, payer: str) -> None:
    pair = {"person_id": house.ids[patient], "guarantor_id": house.ids[payer]}
    house.write(lambda conn: conn.execute(insert(guarantors), pair))


async def test_on_a_shared_phone_the_details_pick_the_person(house: House) -> None:
    await asks(house, contact=SHARED, **BEN)
    assert "$80.00" in (await types(house, await texted(house, SHARED))).text
    assert house.rows(page_sessions)[0].person_ids == [house.ids["P2"]]


async def test_several_names_in_one_field_are_one_person(house: House) -> None:
    """The code goes to that one only, so it proves nobody else; a file without a birth date is no way round."""
    put(house, "P3", birth_date=None)
    both = " ".join((BEN_IS, canaries.FIRST_NAMES[2], canaries.LAST_NAMES[2]))
    await asks(house, contact=SHARED, **BEN | {"name": both})
    assert [one.person_ids for one in house.rows(code_asks)] == [[house.ids["P2"]]]


async def test_who_pays_for_a_child_sees_the_childs_bills(house: House) -> None:
    put(house, "P1", birth_date=date(2015, 1, 1))
    answers_for(house, "P1", "P2")
    await asks(house, contact=SHARED, **BEN)
    page = await types(house, await texted(house, SHARED))
    assert "$264.50" in page.text
    assert house.rows(page_sessions)[0].person_ids == [house.ids["P2"], house.ids["P1"]]


async def test_who_pays_for_somebody_of_age_does_not(house: House) -> None:
    answers_for(house, "P1", "P2")
    await asks(house, contact=SHARED, **BEN)
    assert "$80.00" in (await types(house, await texted(house, SHARED))).text


async def test_the_code_about_a_child_goes_to_who_answers_for_it(house: House) -> None:
    put(house, "P1", birth_date=date(2015, 1, 1))
    answers_for(house, "P1", "P2")
    await asks(house, month="1", day="1", year="2015")
    assert "$184.50" in (await types(house, await texted(house, SHARED))).text
    assert house.said(ANA) == ""


@pytest.mark.parametrize("channels", [("text",), ("text", "email")])
async def test_an_opted_out_phone_gets_nothing_and_the_mail_does(house: House, channels: tuple[str, ...]) -> None:
    out = update(addresses).where(addresses.c.channel.in_(channels)).values(consent="revoked")
    house.write(lambda conn: conn.execute(out))
    await asks(house)
    code = await house.code_from_mail()
    assert (await types(house, code)).path == "/pay/harbor/balance"
    assert house.said(ANA) == ""
    assert [row.channel for row in house.rows(outbox)] == ["email"]


async def test_the_dead_are_left_in_peace(house: House) -> None:
    put(house, "P1", died="reported")
    await asks(house)
    assert house.rows(codes) == []


async def test_who_came_by_a_link_can_show_who_they_are(house: House) -> None:
    await house.post(f"/p/{house.link()}")
    page = await house.get("/pay/harbor/code")
    assert "Send me a code" in page.text
    await house.post("/pay/harbor/code", {"step": "ask"})
    await house.until(lambda: all(one.look_at is None for one in house.rows(code_asks)))
    await types(house, await texted(house))
    assert [one.proof for one in house.rows(page_sessions)] == [1, 2]
    assert (await house.get("/pay/harbor/contact")).status == 200


async def test_when_many_codes_are_texted_they_go_by_mail(house: House) -> None:
    row = {"practice_id": 1, "conversation_id": house.talk(SHARED), "way": "text", "typed": "page", "person_ids": [2]}
    flood = [row | {"ordered_at": NOON, "ask_id": 1000 + number, "state": "used"} for number in range(200)]
    house.write(lambda conn: conn.execute(insert(codes), flood))
    await asks(house)
    assert (await types(house, await house.code_from_mail())).path == "/pay/harbor/balance"
    assert house.said(ANA) == ""
    assert [one.kind for one in house.rows(tasks)] == ["sign_in_flood"]


async def test_nobody_waits_behind_a_flood_of_forms(house: House) -> None:
    """A thousand of them from as many networks, and one from long ago."""
    world = house.app[keys.WORLD]
    nobody = {"name": "x y", "born": "1980-01-01", "channel": "text", "address": "+12065550999"}

    def fill_in(conn: Connection) -> None:
        for number in range(1000):
            network = f"net:10.{number // 250}.{number % 250}.0/24"
            code_store.begin(conn, world.keys, NewAsk(1, "sign_in", network, "s", nobody, "en", NOON))
        late = NOON - timedelta(minutes=31)
        of_ana = {"address": "", "name": ""}
        code_store.begin(conn, world.keys, NewAsk(1, "sign_in", "net:x", "s", of_ana, "en", late, None, (1,)))

    house.write(fill_in)
    await asks(house)
    await types(house, await texted(house))
    assert len(house.rows(page_sessions)) == 1
    assert all(one.look_at is None for one in house.rows(code_asks))
    assert len(house.rows(codes)) == 1


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[House]:
    """A practice that asks for the birth date together with a code."""
    async with open_house(tmp_path, Hands(NOON)) as house:
        file = parse_practice(FILE | {"policy": {"birth_date_with_code": True}})
        house.write(lambda conn: apply(conn, file, NOON))
        house.app[keys.WORLD].practices.forget()
        yield house


async def test_the_birth_date_on_top_of_a_code(strict: House) -> None:
    token = strict.link(asks_code=True)
    page = await strict.post(f"/p/{token}", {"step": "ask", "way": "text"})
    assert 'name="born_year"' in page.text
    code = await texted(strict)
    born = {"born_month": "2", "born_day": "3", "born_year": "1981"}
    wrong = await strict.post(f"/p/{token}", {"step": "code", "code": code, **born})
    assert "does not match" in wrong.text
    assert strict.rows(page_sessions) == []
    right = await strict.post(f"/p/{token}", {"step": "code", "code": code, **born, "born_year": "1980"})
    assert right.path == "/pay/harbor/balance"


async def test_a_link_about_a_plan_leads_to_its_agreement(house: House) -> None:
    plan = {
        "practice_id": 1, "person_id": house.ids["P1"], "state": "pending", "waits": "signature",
        "balance_cents": 18450, "total_cents": 18450, "monthly_cents": 9225, "count": 2, "first_on": date(2026, 6, 1),
        "made_by": "patient", "made_at": NOON,
    }  # fmt: skip
    house.write(lambda conn: conn.execute(insert(plans), plan))
    answer = await house.post(f"/p/{house.link(page='agreement')}", allow_redirects=False)
    assert answer.headers["Location"] == f"/pay/harbor/agreements/{house.rows(plans)[0].id}"
    async with house.other_browser() as other:
        plain = await house.post(f"/p/{house.link()}", by=other, allow_redirects=False)
    assert plain.headers["Location"] == "/pay/harbor/balance"


async def test_forms_sessions_and_codes_survive_a_restart(tmp_path: Path) -> None:
    hands = Hands(NOON)
    async with open_house(tmp_path, hands) as house:
        await asks(house)
        code = await texted(house)
        kept = [(one.key, one.value) for one in house.browser.cookie_jar]
    async with open_house(tmp_path, hands) as house:
        jar = dict(kept)
        answer = await house.post("/pay/harbor/code", {"step": "code", "code": code}, cookies=jar)
        assert answer.path == "/pay/harbor/balance"


async def test_it_takes_as_long_whoever_it_is(tmp_path: Path) -> None:
    async with open_house(tmp_path, Hands(NOON), PAYBOT_TRUSTED_PROXIES="127.0.0.1/32") as house:
        took: dict[str, list[float]] = {"known": [], "nobody": []}
        sizes: set[tuple[int, int, str]] = set()
        for number in range(SAMPLES):
            for who, name in (("known", ""), ("nobody", "Nobody Here")):
                began = time.perf_counter()
                answer = await house.post(
                    "/pay/harbor", details(name), headers=network(number % 250), allow_redirects=False
                )
                took[who].append(time.perf_counter() - began)
                cookie = len(answer.headers["Set-Cookie"])
                sizes.add((answer.status, len(answer.text) + cookie, answer.headers["Location"]))
        assert len(sizes) == 1
        # One beside the other: what slows the machine for a while slows both.
        pairs = zip(took["known"], took["nobody"], strict=True)
        assert abs(statistics.median(known - nobody for known, nobody in pairs)) < 0.002


JUNK = [
    {},
    {"name": "x" * 5000},
    {"born_month": "99"},
    {"born_month": "²"},
    {"born_day": "٣"},
    {"born_year": "0"},
    {"born_year": "2999"},
    {"born_month": "2", "born_day": "30"},
    {"contact": "a@b"},
    {"contact": "<script>alert(1)</script>"},
    {"contact": "4242424242424242"},
    {"name": "4242 4242 4242 4242"},
    {"name": "\x00"},
    {"name": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")},
    {"contact": "+442079460000"},
]


@pytest.mark.parametrize("junk", JUNK)
async def test_what_cannot_be_anybody_is_shown_to_be_mended(house: House, junk: dict[str, str]) -> None:
    filled = details() | junk if junk else {}
    answer = await house.post("/pay/harbor", filled)
    if junk and junk.get("name", "").startswith("\xed"):
        assert answer.path == "/pay/harbor/code"  # odd letters are somebody's name for all we know
        return
    assert answer.status == 400
    assert 'role="alert"' in answer.text
    assert "<script" not in answer.text
    assert "4242" not in answer.text
    assert house.rows(code_asks) == []


async def test_pages_without_a_form_behind_them(house: House) -> None:
    assert (await house.get("/pay/harbor/code")).path == "/pay/harbor"
    for step in ("code", "again", "ask", "x", ""):
        answer = await house.post("/pay/harbor/code", {"step": step, "code": "123456"})
        assert answer.path == "/pay/harbor"
    for path in ("/pay/nobody", "/pay/nobody/code", "/pay/nobody/aid"):
        assert (await house.get(path)).status == 404
        assert (await house.post(path, {"x": "y"})).status == 404
    await asks(house)
    for code in ("", "12345", "1234567", "x" * 500, "１２３４５６x"):
        assert (await types(house, code)).status in {400, 403}
