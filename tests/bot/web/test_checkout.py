"""Paying once: the sum is ours, two clicks and two tabs pay once, a decline charges nothing, doubt blocks and ends."""

import asyncio
import re
from pathlib import Path

import pytest

from bot.payments import ForgedNewsError
from bot.payments.sandbox import Sandbox
from bot.store import ledger
from bot.store.ledger import Entry, Posting
from bot.store.tables import entries, inbox, outbox, payment_holds, payments, postings
from bot.web import keys
from tests.bot.web.house import NOON, SHARED, Answer, Hands, House, open_house

WHOLE = {"step": "begin", "choice": "whole"}


async def enter(house: House, *patients: str) -> Answer:
    """Signed in, by the first press of a link."""
    return await house.post(f"/p/{house.link(*patients)}")


async def begin(house: House, amount: str = "") -> Answer:
    part = {"step": "begin", "choice": "part", "amount": amount}
    return await house.post("/pay/harbor/checkout", part if amount else WHOLE)


async def confirm(house: House, page: Answer, card: str = "approve") -> Answer:
    form = {"step": "confirm", "payment": page.hidden("payment"), "card": card}
    return await house.post("/pay/harbor/checkout", form)


def owes(house: House, patient: str = "P1") -> int:
    one = house.ids[patient]
    return int(house.write(lambda conn: ledger.balances(conn, [one]))[one])


def adjust(house: House, cents: int, kind: str = "charge_changed", reason: str = "") -> None:
    sides = (Posting("receivable", 1, cents, 1), Posting("revenue", 1, -cents))
    house.write(lambda conn: ledger.post(conn, Entry(1, kind, f"{kind}:{cents}", house.clock(), sides, reason)))


async def test_the_whole_balance(house: House) -> None:
    await enter(house)
    answer = await confirm(house, await begin(house))
    assert answer.path == "/pay/harbor/receipts/HFM-20001"
    assert "Paid $184.50" in answer.text
    assert "Visa ····4242" in answer.text
    assert owes(house) == 0
    said = await house.until(house.said)
    assert "HFM-20001" in said
    assert "$0.00" in said


async def test_a_part_pays_the_oldest_visit_first(house: House) -> None:
    await enter(house)
    await confirm(house, await begin(house, "$130.00"))
    (entry,) = house.rows(entries, entries.c.kind == "payment")
    sides = house.rows(postings, postings.c.entry_id == entry.id, postings.c.account == "receivable")
    assert [row.cents for row in sides] == [-12000, -1000]
    assert sum(row.cents for row in house.rows(postings)) == 0
    assert owes(house) == 5450


async def test_fifty_presses_at_once_pay_once(house: House) -> None:
    await enter(house)
    pages = await asyncio.gather(*(begin(house) for _ in range(10)))
    assert len({page.hidden("payment") for page in pages}) == 1
    answers = await asyncio.gather(*(confirm(house, pages[n % 10]) for n in range(50)))
    assert {answer.path for answer in answers} == {"/pay/harbor/receipts/HFM-20001"}
    assert len(house.rows(payments)) == 1
    assert len(house.rows(entries, entries.c.kind == "payment")) == 1
    assert len(house.rows(inbox, inbox.c.event == "ChargeSettled")) == 1
    assert len(house.rows(outbox, outbox.c.channel == "text")) == 1
    assert len(house.rows(outbox, outbox.c.channel == "email")) == 1
    assert owes(house) == 0


async def test_two_tabs_with_two_sums(house: House) -> None:
    await enter(house)
    first = await begin(house, "50")
    second = await begin(house)
    ended = await confirm(house, first)
    assert "nothing was charged" in ended.text
    assert (await confirm(house, second)).path.endswith("HFM-20002")
    assert owes(house) == 0
    assert [row.state for row in house.rows(payments)] == ["expired", "paid"]


async def test_two_tabs_with_two_cards(house: House) -> None:
    await enter(house)
    page = await begin(house)
    await asyncio.gather(*(confirm(house, page, card) for card in ("approve", "decline") * 5))
    assert len(house.rows(payments)) == 1
    assert house.rows(payments)[0].state in {"paid", "declined"}
    assert len(house.rows(entries, entries.c.kind == "payment")) <= 1


async def test_a_decline_charges_nothing_and_may_be_tried_again(house: House) -> None:
    await enter(house)
    answer = await confirm(house, await begin(house), "decline")
    assert "declined Visa ending 0002" in answer.text
    assert owes(house) == 18450
    assert house.rows(payment_holds) == []
    assert "declined" in await house.until(house.said)
    assert "/receipts/" in (await confirm(house, await begin(house))).path


async def test_a_late_approval(house: House) -> None:
    await enter(house)
    answer = await confirm(house, await begin(house), "late")
    assert "do not pay again" in answer.text
    assert "do not pay again" in await house.until(house.said)
    again = await begin(house)
    assert again.status in {200, 409}
    assert "do not pay again" in again.text
    assert len(house.rows(payments)) == 1
    house.clock.forward(seconds=21)
    await house.until(lambda: house.rows(payments)[0].state == "paid")
    assert owes(house) == 0
    assert "Paid $184.50" in await house.until(lambda: "Paid" in house.said() and house.said())


async def test_an_unknown_outcome_is_asked_for(house: House) -> None:
    await enter(house)
    await confirm(house, await begin(house), "unknown")
    assert house.rows(payments)[0].state == "unknown"
    await house.delivered()  # our number sends one text a second, and the clock stands still
    house.clock.forward(seconds=59)
    assert house.rows(payments)[0].state == "unknown"
    house.clock.forward(seconds=2)
    await house.until(lambda: house.rows(payments)[0].state == "declined")
    await house.until(lambda: "did not go through" in house.said())
    assert owes(house) == 18450
    assert house.rows(payment_holds) == []


@pytest.mark.parametrize("card,state", [("late", "paid"), ("unknown", "declined")])
async def test_a_payment_in_doubt_survives_a_restart(tmp_path: Path, card: str, state: str) -> None:
    clock = Hands(NOON)
    async with open_house(tmp_path, clock) as house:
        await enter(house)
        assert "do not pay again" in (await confirm(house, await begin(house), card)).text
    clock.forward(minutes=5)
    async with open_house(tmp_path, clock) as house:
        await house.until(lambda: house.rows(payments)[0].state == state)
        assert owes(house) == (0 if state == "paid" else 18450)


async def test_an_answer_lost_with_the_process_is_asked_for(house: House) -> None:
    """Submitted, approved by the processor, and the server died before it heard: the poll finds it, once."""
    await enter(house)
    page = await begin(house)
    sandbox = house.app[keys.PROCESSOR]
    assert isinstance(sandbox, Sandbox)
    assert await sandbox.choose(page.hidden("payment"), "approve", house.clock())
    times = {"submitted_at": house.clock(), "poll_at": house.clock()}
    house.write(lambda conn: conn.execute(payments.update().values(state="unknown", **times)))
    await house.until(lambda: house.rows(payments)[0].state == "paid")
    assert owes(house) == 0


async def test_sessions_and_links_survive_a_restart(tmp_path: Path) -> None:
    clock = Hands(NOON)
    async with open_house(tmp_path, clock) as house:
        token, unpressed = house.link(), house.link()
        answer = await house.post(f"/p/{token}", allow_redirects=False)
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
    async with open_house(tmp_path, clock) as house:
        page = await house.get("/pay/harbor/balance", headers={"Cookie": cookie})
        assert "$184.50" in page.text
        assert (await house.post(f"/p/{unpressed}")).path == "/pay/harbor/balance"


@pytest.mark.parametrize(
    "amount,says",
    [
        ("0", "could not read"),
        ("-20", "could not read"),
        ("1e3", "could not read"),
        ("30,50", "could not read that amount. Write cents after a point, like this: 30.50"),
        ("30.5", "could not read"),
        ("50,00", "could not read"),
        ("5O", "could not read"),
        ("10 or 20", "could not read"),
        ("99999999999", "could not read"),
        ("' OR 1=1", "could not read"),
        ("<b>5</b>", "could not read"),
        ("24.99", "smallest part payment is $25.00"),
        ("184", "That would leave $0.50. Please pay all $184.50, or a smaller amount."),
        ("184.51", "cannot take more"),
        ("500", "cannot take more"),
    ],
)
async def test_amounts_that_are_not_taken(house: House, amount: str, says: str) -> None:
    await enter(house)
    answer = await begin(house, amount)
    assert answer.status == 400
    assert says in answer.text
    assert house.rows(payments) == []


async def test_no_amount_and_no_choice(house: House) -> None:
    await enter(house)
    empty = await house.post("/pay/harbor/checkout", {"step": "begin", "choice": "part", "amount": ""})
    assert empty.status == 400
    odd = await house.post("/pay/harbor/checkout", {"step": "begin", "choice": "part", "amount": "x" * 5000})
    assert odd.status == 400
    assert house.rows(payments) == []


async def test_the_balance_moved_while_the_page_was_open(house: House) -> None:
    page = await enter(house)
    seen = page.hidden("owed")
    adjust(house, -2000, reason="insurance")
    answer = await house.post("/pay/harbor/checkout", WHOLE | {"owed": seen})
    assert answer.status == 409
    assert "You now owe $164.50" in answer.text
    checkout = await house.post("/pay/harbor/checkout", WHOLE | {"owed": "16450"})
    adjust(house, -1000)
    ended = await confirm(house, checkout)
    assert "nothing was charged" in ended.text
    assert house.rows(payments)[0].state == "expired"
    assert house.rows(entries, entries.c.kind == "payment") == []


async def test_the_page_says_what_changed_and_why(house: House) -> None:
    token = house.link(owed_cents=18450)
    house.clock.forward(minutes=1)
    adjust(house, -2000, reason="insurance")
    answer = await house.post(f"/p/{token}")
    assert "It was $184.50 on 05/06/2026, now it is $164.50." in answer.text
    assert "Your insurance paid $20.00" in answer.text


async def test_an_old_link_shows_the_receipt(house: House) -> None:
    token, newer = house.link(), house.link()
    await house.post(f"/p/{token}")
    await confirm(house, await begin(house))
    assert "/receipts/HFM-20001" in (await house.post(f"/p/{token}")).path
    assert "/receipts/HFM-20001" in (await house.post(f"/p/{newer}")).path


async def test_what_belongs_to_somebody_else(house: House) -> None:
    await enter(house)
    page = await begin(house)
    receipt = (await confirm(house, page)).path
    async with house.other_browser() as other:
        house.write(lambda conn: conn.exec_driver_sql("DELETE FROM person_addresses WHERE person_id = 3"))
        mine = house.link("P2", phone=SHARED)
        assert (await house.post(f"/p/{mine}", by=other)).path == "/pay/harbor/balance"
        assert (await house.get(receipt, by=other)).status == 404
        assert (await house.get(f"/pay/harbor/checkout?payment={page.hidden('payment')}", by=other)).path.endswith(
            "balance"
        )
        stolen = {"step": "confirm", "payment": page.hidden("payment"), "card": "approve"}
        assert (await house.post("/pay/harbor/checkout", stolen, by=other)).path.endswith("balance")
    assert owes(house, "P2") == 8000
    assert len(house.rows(payments)) == 1


@pytest.mark.parametrize("payment", ["", "x", "0" * 32, "' OR 1=1", "x" * 5000])
@pytest.mark.parametrize("card", ["", "gold", "approve", "4242424242424242"])
async def test_payments_and_cards_that_are_none(house: House, payment: str, card: str) -> None:
    await enter(house)
    answer = await house.post("/pay/harbor/checkout", {"step": "confirm", "payment": payment, "card": card})
    assert answer.path == "/pay/harbor/balance"
    assert house.rows(payments) == []


async def test_a_card_that_is_none_on_a_real_payment(house: House) -> None:
    await enter(house)
    answer = await confirm(house, await begin(house), "gold")
    assert answer.status == 400
    assert "choose a card" in answer.text
    assert house.rows(payments)[0].state == "open"


@pytest.mark.parametrize("path", ["balance", "checkout", "receipts/HFM-20001"])
async def test_without_a_session_there_is_the_way_in(house: House, path: str) -> None:
    answer = await house.get(f"/pay/harbor/{path}")
    assert answer.status == 403
    assert "Text BALANCE to" in answer.text
    for cookie in ("paybot=x", "paybot=" + "x" * 4000, "paybot=%00"):
        assert (await house.get(f"/pay/harbor/{path}", headers={"Cookie": cookie})).status == 403
    assert (await house.post("/pay/harbor/checkout", WHOLE)).status == 403


async def test_forged_news_are_refused(house: House) -> None:
    sandbox = house.app[keys.PROCESSOR]
    assert isinstance(sandbox, Sandbox)
    body = b'{"type":"PaymentNews","public_id":"x","answer":"paid","amount_cents":1,"at":"2026-05-06T00:00Z"}'
    with pytest.raises(ForgedNewsError, match="signature"):
        sandbox.read(body, "0" * 64, NOON)


@pytest.mark.parametrize(
    "path,status", [("/pay/nobody", 404), ("/pay/harbor", 200), ("/pay", 200), ("/pay/harbor/code", 200)]
)
async def test_addresses_that_people_type(house: House, path: str, status: int) -> None:
    answer = await house.get(path)
    assert answer.status == status
    if status == 200:
        assert re.search(r'href="sms:\+12065550100', answer.text)
        assert "206-555-0142" in answer.text


async def test_fifty_presses_at_once_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    where = {"PAYBOT_DATABASE_URL": postgres_url, "PAYBOT_SECRET_KEY": "a key for the tests of the whole server"}
    async with open_house(tmp_path, Hands(NOON), **where) as house:
        await enter(house)
        pages = await asyncio.gather(*(begin(house) for _ in range(10)))
        answers = await asyncio.gather(*(confirm(house, pages[n % 10]) for n in range(50)))
        assert {answer.path for answer in answers} == {"/pay/harbor/receipts/HFM-20001"}
        assert len(house.rows(entries, entries.c.kind == "payment")) == 1
        assert len(house.rows(outbox, outbox.c.channel == "email")) == 1
        assert owes(house) == 0
