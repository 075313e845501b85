"""Another card for a plan that runs: chosen or added on the page, theirs, agreed to, and told."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from bot.plans.new_card import NewCard, use
from bot.store.cards import Card
from bot.store.money_tables import cards, installments, mandates, plan_events, plans
from bot.store.tables import guarantors, page_sessions, payments, people, tasks
from bot.web import keys
from tests.bot.web.house import Answer, House
from tests.bot.web.paying import confirm, enter, plan, proved_thread, row, saved

WORDS = {"refused": "The bank declined the card", "expired": "card on your plan has expired", "gone": "has no card"}


async def running(house: House, patient: str = "P1") -> tuple[int, Card]:
    """A plan that was signed with a saved card."""
    card, number = saved(house, patient), plan(house, patient)
    await enter(house, proof=2)
    page = await house.get(f"/pay/harbor/agreements/{number}")
    form = {"step": "sign", "name": "Ana Ruiz", "agree": "yes", "seen": page.hidden("seen")}
    await house.post(f"/pay/harbor/agreements/{number}", {**form, "method": f"card-{card.id}"})
    assert row(house, plans, number).state == "active"
    return number, card


def spoil(house: House, why: str, number: int) -> None:
    """The card of that plan is no good any more."""
    told: Any = {
        "refused": lambda conn: (
            conn.execute(update(plans).values(card_id=None)),
            conn.execute(update(installments).where(installments.c.number == 1).values(state="failed", tries=1)),
            conn.execute(
                plan_events.insert().values(
                    plan_id=number, at=house.clock(), what="installment_declined", who="system", details={}
                )
            ),
        ),
        "expired": lambda conn: conn.execute(update(cards).values(expires_on=date(2026, 4, 30))),
        "gone": lambda conn: conn.execute(update(cards).values(removed_at=house.clock(), removed_by="office")),
    }
    house.write(told[why])


async def heard(house: House, words: str) -> None:
    """The carrier takes a segment a second: one text after the other."""
    house.clock.forward(seconds=5)
    await house.until(lambda: words in house.said())


def child_of_p2(house: House, patient: str) -> None:
    """P2 answers for them."""
    one = house.ids[patient]
    young = people.update().where(people.c.id == one).values(birth_date=date(2015, 1, 1))
    house.write(lambda conn: conn.execute(young))
    pair = guarantors.insert().values(person_id=one, guarantor_id=house.ids["P2"])
    house.write(lambda conn: conn.execute(pair))


async def choose(house: House, number: int, card: int | str, **fields: str) -> Answer:
    form = {"step": "card", "agree": "yes", "method": f"card-{card}", **fields}
    return await house.post(f"/pay/harbor/agreements/{number}", form)


@pytest.mark.parametrize("why", WORDS)
async def test_a_card_that_is_no_good_is_named_everywhere_and_another_one_chosen(house: House, why: str) -> None:
    number, _ = await running(house)
    spoil(house, why, number)
    new = saved(house, last4="1111")
    agreement = f"/pay/harbor/agreements/{number}"
    for page in (agreement, "/pay/harbor/cards", "/pay/harbor/balance"):
        shown = await house.get(page)
        assert WORDS[why] in shown.text, page
        assert page == agreement or f'href="{agreement}#card"' in shown.text
    answer = await choose(house, number, new.id)
    assert answer.path == f"{agreement}?changed=yes"
    assert "charges this card from now on" in answer.text
    assert row(house, plans, number).card_id == new.id
    (agreed,) = house.rows(mandates, mandates.c.plan_id == number, mandates.c.ended_at.is_(None))
    assert (agreed.card_id, agreed.network, agreed.language) == (new.id, "127.0.0.1", "en")
    for page in (agreement, "/pay/harbor/cards", "/pay/harbor/balance"):
        assert WORDS[why] not in (await house.get(page)).text
    states = [one.state for one in house.rows(installments)]
    assert states == ["waiting"] * 3


async def test_what_staff_were_asked_is_done(house: House) -> None:
    number, card = await running(house)
    await house.post("/pay/harbor/cards", {"step": "remove", "card": str(card.id)})
    assert row(house, plans, number).state == "dormant"
    new = saved(house, last4="1111")
    assert "continue the plan" in (await house.get(f"/pay/harbor/agreements/{number}")).text
    for words in ("your plan is on", "your payment plan is paused"):
        await heard(house, words)
    await choose(house, number, new.id)
    standing = row(house, plans, number)
    assert (standing.state, standing.paused_at, standing.card_id) == ("active", None, new.id)
    assert [task.done_by for task in house.rows(tasks, tasks.c.kind == "plan_stopped")] == ["patient"]
    await heard(house, "your payment plan has changed")


@pytest.mark.parametrize(
    "fields, status",
    [
        ({"agree": ""}, 400),
        ({"method": "card-999"}, 409),
        ({"method": "card-"}, 409),
        ({"method": "card-" + "9" * 30}, 409),
        ({"method": "new"}, 409),
        ({"method": ""}, 409),
    ],
)
async def test_choices_that_are_none(house: House, fields: dict[str, str], status: int) -> None:
    number, card = await running(house)
    new = saved(house, last4="1111")
    assert (await choose(house, number, new.id, **fields)).status == status
    assert row(house, plans, number).card_id == card.id


async def test_a_card_of_somebody_else_is_refused_by_the_page_and_behind_it(house: House) -> None:
    number, card = await running(house)
    other = saved(house, "P2", "1111")
    assert (await choose(house, number, other.id)).status == 409
    wanted, world = NewCard(number, other.id, "net", "en"), house.app[keys.WORLD]
    await house.app[keys.ROAD].take(use(wanted, world, house.clock()))
    assert row(house, plans, number).card_id == card.id
    child_of_p2(house, "P1")
    await house.app[keys.ROAD].take(use(wanted, world, house.clock()))
    assert row(house, plans, number).card_id == other.id


async def test_a_plan_that_waits_for_its_signature_takes_no_other_card(house: House) -> None:
    number, card = plan(house), saved(house)
    await enter(house, proof=2)
    assert (await choose(house, number, card.id)).status == 409
    assert row(house, plans, number).card_id is None


async def test_a_phone_types_a_code_first_and_comes_back(house: House) -> None:
    number, _ = await running(house)
    house.write(lambda conn: conn.execute(page_sessions.update().values(proof=1)))
    mails = len(house.app[keys.MAILBOX].mails())
    page = await house.get(f"/pay/harbor/agreements/{number}")
    assert page.path == "/pay/harbor/code"
    await house.post("/pay/harbor/code", {"step": "ask"})
    code = await house.code_from_mail(mails)
    back = await house.post("/pay/harbor/code", {"step": "code", "code": code})
    assert back.path == f"/pay/harbor/agreements/{number}"


async def test_a_new_card_is_added_and_stands_chosen(house: House) -> None:
    number, old = await running(house)
    spoil(house, "refused", number)
    page = await house.get(f"/pay/harbor/cards/new?plan={number}")
    assert "keep the card I am about to enter" in page.text
    form = {"plan": page.hidden("plan"), "keep": "yes"}
    assert (await house.post("/pay/harbor/cards/new", {**form, "keep": ""})).status == 400
    assert house.rows(payments) == []
    back = await confirm(house, await house.post("/pay/harbor/cards/new", form))
    (new,) = house.rows(cards, cards.c.id != old.id)
    assert back.path.partition("#")[0] == f"/pay/harbor/agreements/{number}?card={new.id}"
    assert f'value="card-{new.id}" required checked' in back.text
    assert row(house, plans, number).card_id is None
    await choose(house, number, new.id)
    assert row(house, plans, number).card_id == new.id
    assert [one.amount_cents for one in house.rows(payments)] == [0]


@pytest.mark.parametrize("by_text", [False, True])
async def test_a_card_is_added_to_the_list(house: House, by_text: bool) -> None:
    await enter(house, proof=2)
    mails = len(house.app[keys.MAILBOX].mails())
    form = {"keep": "yes", **({"by_text": "yes"} if by_text else {})}
    await house.post("/pay/harbor/cards/new", {"keep": "yes", "by_text": "yes"})  # the last word counts
    page = await house.post("/pay/harbor/cards/new", form)
    back = await confirm(house, page)
    assert back.path.startswith("/pay/harbor/cards?card=")
    assert "Visa ending 4242 is saved." in back.text
    standing = house.rows(mandates, mandates.c.ended_at.is_(None))
    assert [one.by_text for one in standing] == [False, True][: 1 + by_text]
    (card,) = house.rows(cards)
    assert (card.person_id, card.removed_at) == (house.ids["P1"], None)
    (mail,) = await house.until(lambda: house.app[keys.MAILBOX].mails()[: -mails or None])
    assert "keep the card I am about to enter" in " ".join(mail.text.split())
    assert ("answer a text" in " ".join(mail.text.split())) is by_text


@pytest.mark.parametrize("proof", [0, 1])
async def test_no_card_without_the_person(house: House, proof: int) -> None:
    await enter(house, proof=proof)
    where = {0: "/pay/harbor/balance", 1: "/pay/harbor/code"}[proof]
    assert (await house.get("/pay/harbor/cards/new")).path == where
    assert (await house.post("/pay/harbor/cards/new", {"keep": "yes"})).path == where
    assert house.rows(payments) == []


async def test_nobody_comes_back_to_what_is_not_theirs(house: House) -> None:
    theirs = plan(house, "P2")
    await enter(house, proof=2)
    page = await house.post("/pay/harbor/cards/new", {"keep": "yes", "plan": str(theirs)})
    assert (await confirm(house, page)).status == 404
    (card,) = house.rows(cards)
    assert card.person_id == house.ids["P1"]


async def test_a_link_about_the_plan_leads_to_it(house: House) -> None:
    number, _ = await running(house)
    house.browser.cookie_jar.clear()
    token = house.link(page="agreement")
    answer = await house.post(f"/p/{token}", allow_redirects=False)
    assert answer.headers["Location"] == f"/pay/harbor/agreements/{number}"
    second = plan(house)
    house.browser.cookie_jar.clear()
    answer = await house.post(f"/p/{house.link(page='agreement')}", allow_redirects=False)
    assert answer.headers["Location"] == f"/pay/harbor/agreements/{second}"


async def test_the_card_of_who_answers_for_a_child(house: House) -> None:
    child_of_p2(house, "P3")
    await enter(house, "P2", "P3", proof=2)
    await confirm(house, await house.post("/pay/harbor/cards/new", {"keep": "yes"}))
    (card,) = house.rows(cards)
    assert card.person_id == house.ids["P2"]


async def test_who_has_only_the_phone_does_not_read_which_card(house: House) -> None:
    proved_thread(house)
    await running(house)
    assert "Visa ending 4242" in (await house.get("/pay/harbor/balance")).text
    house.write(lambda conn: conn.execute(page_sessions.update().values(proof=1)))
    page = await house.get("/pay/harbor/balance")
    assert "Next: $61.50" in page.text
    assert "4242" not in page.text
