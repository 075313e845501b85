"""A saved card by reply, from the text to the books: charged once, whatever else happens at the same time."""

import asyncio
from datetime import timedelta

from sqlalchemy import select, update

from bot.paying.checkout.checkouts import Hindrance
from bot.paying.saved_cards.charging import ChargeOrder, order
from bot.store import cards
from bot.store.money_tables import card_charges, mandates
from bot.store.payments import Attempt
from bot.store.tables import conversations, entries, inbox, outbox, postings
from bot.store.tables import payments as payment_rows
from bot.turns.arrivals import Arrival
from conversations.events import CardSaved, MessageReceived
from tests.bot.road.till import Till, open_till
from tests.harbor import NOW, OURS, PHONE, Harbor

OFFER, PAID = "approval/offer", "charge/paid"


async def test_talk_two(till: Till, ana: int) -> None:
    assert await till.pay("PAY", "yes", "4242") == [[OFFER], ["approval/ask_again"], []]
    assert till.attempts() == [("saved_card", "open")]
    assert await till.charge() == [PAID, "charge/receipt"]
    assert till.balance(ana) == [0]
    assert till.attempts() == [("saved_card", "paid")]
    (row,) = till.harbor.all(payment_rows)
    assert (row["card_brand"], row["card_last4"], row["amount_cents"], row["shares"]) == (
        "Visa", "4242", 6000, {str(ana): 6000},
    )  # fmt: skip
    (charged,) = till.harbor.rows(select(card_charges))
    (mandate,) = till.harbor.rows(select(mandates).where(mandates.c.id == charged["mandate_id"]))
    assert mandate["by_text"]


async def test_two_approvals_at_once_are_one_charge(till: Till, ana: int) -> None:
    await till.say("PAY")
    told = [MessageReceived("4242")] * 5
    arrivals = [
        Arrival("twilio", f"SM4242-{n}", one, till.clock(), ours=OURS, address=PHONE, text="4242")
        for n, one in enumerate(told)
    ]
    await asyncio.gather(*map(till.road.take, arrivals))
    assert till.attempts() == [("saved_card", "open")]
    assert await till.charge() == [PAID, "charge/receipt"]
    assert await till.pay("4242", "4242") == [[], []]
    assert await till.charge() == []
    assert len(till.bank.asked) == till.posted() == 1
    assert till.balance(ana) == [0]


async def test_while_it_is_charged_nothing_else_may_be_paid(till: Till, ana: int) -> None:
    await till.pay("PAY", "4242")
    assert await till.pay("pay 30", "4242") == [["pay/in_doubt"], ["pay/in_doubt"]]
    await till.charge()
    assert till.balance(ana) == [0]


async def test_two_servers_hand_it_over_once(till: Till, ana: int) -> None:
    async with open_till(till.harbor, till.clock) as other:
        other.bank.asked = till.bank.asked
        await till.pay("PAY", "4242")
        await asyncio.gather(*(server.charging.look() for server in (till, other, till, other)))
    assert len(till.bank.asked) == till.posted() == 1
    assert till.balance(ana) == [0]


async def test_a_page_that_stands_open_is_closed_first(till: Till, ana: int) -> None:
    page = await till.open_page(ana)
    await till.pay("PAY", "4242")
    assert await till.charge() == [PAID, "charge/receipt"]
    late = await till.bank.choose(page.public_id, "approve", till.clock())
    assert late is None or late.answer.value == "expired"
    assert sorted(till.attempts()) == [("checkout", "expired"), ("saved_card", "paid")]
    assert till.posted() == 1


async def test_a_page_that_was_faster_is_what_they_have_paid(till: Till, ana: int) -> None:
    page = await till.open_page(ana)
    await till.pay("PAY", "4242")
    assert await till.bank.choose(page.public_id, "approve", till.clock())
    assert await till.charge() == [PAID, "charge/receipt"]
    assert sorted(till.attempts()) == [("checkout", "paid"), ("saved_card", "expired")]
    assert till.bank.asked == []
    assert till.balance(ana) == [0]
    assert till.posted() == 1


async def test_the_card_is_removed_between_offer_and_approval(till: Till, ana: int) -> None:
    await till.say("PAY")
    with till.harbor.engine.begin() as conn:
        assert cards.remove(conn, cards.of(conn, (ana,))[ana][0].id, "patient", till.clock())
    assert await till.say("4242") == ["approval/card_gone"]
    assert till.attempts() == []
    assert await till.say("PAY") == ["pay/whole"]


async def test_a_removed_card_is_forgotten_by_the_processor(till: Till, ana: int) -> None:
    with till.harbor.engine.begin() as conn:
        card = cards.of(conn, (ana,))[ana][0]
        cards.remove(conn, card.id, "patient", till.clock())
    await till.charge()
    with till.harbor.engine.connect() as conn:
        assert cards.unforgotten(conn, "sandbox") == []
    told = await till.bank._book.find("sandbox_k1")
    assert told
    assert told["forgotten"]


async def test_a_held_card_waits_a_day(till: Till, ana: int) -> None:
    with till.harbor.engine.begin() as conn:
        cards.hold(conn, (ana,), till.clock() + timedelta(hours=24))
    assert await till.say("PAY") == ["pay/whole"]
    till.clock.forward(hours=24)
    till.prove(ana)
    assert await till.say("PAY") == [OFFER]


async def test_an_address_changes_while_the_offer_stands(till: Till, ana: int) -> None:
    await till.say("PAY")
    with till.harbor.engine.begin() as conn:
        cards.hold(conn, (ana,), till.clock() + timedelta(hours=24))
    assert await till.say("4242") == ["approval/card_gone"]


async def test_an_expired_card_is_not_offered(till: Till, ana: int) -> None:
    till.clock.forward(days=365 * 5)
    till.prove(ana)
    assert await till.say("PAY") == ["pay/whole"]


async def test_the_balance_changes_between_offer_and_approval(till: Till, ana: int) -> None:
    await till.say("PAY")
    till.harbor.charge(ana, 1000)
    assert await till.say("4242") == ["approval/moved"]
    assert await till.say("4242") == []
    await till.charge()
    assert till.balance(ana) == [0]


async def test_a_part_by_card(till: Till, ana: int) -> None:
    await till.pay("PAY 50", "4242")
    assert await till.charge() == [PAID, "charge/receipt"]
    assert till.balance(ana) == [1000]


async def test_the_offer_is_over_after_ten_minutes(till: Till, ana: int) -> None:
    await till.say("PAY")
    till.clock.forward(minutes=10)
    assert await till.say("4242") == ["approval/ended"]
    assert till.attempts() == []
    assert till.balance(ana) == [6000]


async def test_a_family_with_one_card(till: Till) -> None:
    maria = till.harbor.patient("Maria Rey", phone="+12065550133", mail="maria@mail.example", owes=2000)
    leo = till.harbor.patient("Leo Rey", phone="", owes=7500, pays="Maria Rey")
    await till.say("hello", "+12065550133")
    till.prove(maria, leo)
    await till.save(maria)
    await till.say("PAY", "+12065550133")
    assert await till.say("4242", "+12065550133") == []
    assert await till.charge() == [PAID, "charge/receipt"]
    assert till.balance(maria, leo) == [0, 0]
    sides = till.harbor.rows(
        select(postings.c.person_id, postings.c.cents)
        .join_from(postings, entries, postings.c.entry_id == entries.c.id)
        .where(entries.c.kind == "payment", postings.c.account == "processor")
    )
    assert {row["person_id"]: row["cents"] for row in sides} == {maria: 2000, leo: 7500}


async def test_a_copy_of_what_they_agreed_to_is_mailed(till: Till, ana: int) -> None:
    event = CardSaved(ana, "Visa", "4242", "I let Harbor Family Med charge this card.")
    saved = Arrival("sandbox", "saved:1", event, NOW, conversation_id=till.talk())
    await till.road.take(saved)
    (row,) = [row for row in till.harbor.all(outbox) if row["message"] == "charge/mandate"]
    assert (row["channel"], row["kind"]) == ("email", "receipt")
    assert row["values"]["mandate"] == event.mandate
    await till.road.take(saved)
    assert len([row for row in till.harbor.all(inbox) if row["provider_id"] == "saved:1"]) == 1


async def test_without_mail_a_text_says_no_more_than_that_it_is_saved(harbor: Harbor) -> None:
    person = harbor.patient("Ana Ruiz", owes=6000)
    async with open_till(harbor) as till:
        await till.say("hello")
        saved = CardSaved(person, "Visa", "4242", "I agree")
        await till.road.take(Arrival("sandbox", "saved:1", saved, NOW, conversation_id=till.talk()))
    assert [row["message"] for row in harbor.all(outbox)][-1] == "charge/card_saved"
    assert harbor.all(outbox)[-1]["values"] == {}


async def test_the_phone_alone_does_not_charge_a_card(till: Till, ana: int) -> None:
    with till.harbor.engine.begin() as conn:
        kept = conn.execute(select(conversations.c.kept)).scalar_one()
        conn.execute(update(conversations).values(kept={**kept, "proof": 1}))
    assert await till.say("PAY") == ["pay/whole"]
    assert await till.say("4242") == []  # it may be the first piece of a card number: a minute shows
    assert till.attempts() == []
    assert till.balance(ana) == [6000]


async def test_a_turn_that_orders_wakes_who_charges(till: Till, ana: int) -> None:
    woken: list[str] = []
    till.road.on_orders.append(lambda: woken.append("charge"))
    await till.say("PAY")
    assert woken == []
    await till.say("4242")
    assert woken == ["charge"]


async def test_staff_and_plans_order_as_replies_do(till: Till, ana: int) -> None:
    def wanted(kind: str) -> Attempt | Hindrance:
        with till.harbor.engine.begin() as conn:
            card = cards.of(conn, (ana,))[ana][0]
            mandate_id = cards.mandate_for(conn, card.id, by_text=True)
            assert mandate_id
            asked = ChargeOrder(card.practice_id, (ana,), {ana: 2500}, 2500, 6000, card, mandate_id, None, kind)
            return order(conn, asked, till.clock())

    await till.open_page(ana)
    assert wanted("installment") is Hindrance.IN_DOUBT
    ordered = wanted("saved_card")
    assert isinstance(ordered, Attempt)
    assert wanted("saved_card") is Hindrance.IN_DOUBT
    await till.charge()
    assert till.balance(ana) == [3500]
    await till.open_page(ana)
    till.clock.forward(hours=1)
    assert isinstance(wanted("installment"), Attempt)
