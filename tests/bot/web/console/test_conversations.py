"""Staff at work: who waits, one person's thread over text and mail, answering, taking over, handing back, tasks."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.store.staff import Role
from bot.store.tables import addresses, audit, conversations, inbox, outbox, practices, tasks
from bot.web.keys import LOCAL_TWILIO, MAILBOX, WORLD
from bot.web.pages import as_sent
from conversations.conversation import Conversation
from tests import canaries
from tests.bot.web.console.desk import KIM, Desk, words
from tests.bot.web.house import ANA, FIRST, LAST, MAIL, NOON, OURS, SHARED, Hands, open_house


def mail_talk(desk: Desk, mail: str) -> int:
    """The conversation of a mail address, begun."""

    def begin(conn: Connection) -> int:
        address = conn.scalar(select(addresses.c.id).where(addresses.c.address == mail))
        row = {"practice_id": 1, "address_id": address, "channel": "email", "kept": Conversation().to_json()}
        return int(conn.execute(insert(conversations).values(row).returning(conversations.c.id)).scalar_one())

    return int(desk.house.write(begin))


async def test_who_needs_an_answer_comes_first(desk: Desk) -> None:
    await desk.house.text("hello", SHARED)
    desk.house.clock.forward(minutes=1)
    await desk.asked_for()
    desk.house.clock.forward(minutes=59)
    await desk.house.text("hello again", SHARED)
    await desk.enter()
    told = words(await desk.house.get("/console/conversations"))
    assert told.index(LAST[0]) < told.index(LAST[1])
    assert "Waits 59 min, since 12:06 pm Wed 05/06 Due by 1:06 pm Wed 05/06" in told
    assert "Text 415-555-0171 · English" in told
    waiting = words(await desk.house.get("/console/conversations?show=waiting"))
    assert LAST[0] in waiting
    assert LAST[1] not in waiting
    assert LAST[0] not in words(await desk.house.get("/console/conversations?channel=email"))
    desk.house.clock.forward(minutes=2)
    assert "Overdue since 1:06 pm" in words(await desk.house.get("/console/conversations"))


async def test_answer_and_hand_back(desk: Desk) -> None:
    talk = await desk.asked_for()
    desk.house.clock.forward(minutes=1)
    await desk.enter()
    assert "Needs an answer" in words(await desk.read(talk))
    told = words(await desk.say(talk, "Hi Ana, this is Kim. How can I help?"))
    assert "Your answer is on its way" in told
    assert "Needs an answer" not in told
    assert f"{KIM} · 12:06 pm" in told
    await desk.house.until(lambda: "this is Kim" in desk.house.said())
    assert desk.house.rows(tasks)[0].done_by == f"staff:{desk.member_id()}"
    desk.house.clock.forward(minutes=1)
    released = words(await desk.house.post(f"/console/conversations/{talk}/release"))
    assert "Handed back" in released
    assert f"{KIM} handed the conversation back" in released
    await desk.house.until(lambda: "This chat with billing is closed" in desk.house.said())
    assert [row.what for row in desk.house.rows(audit) if row.what.startswith("conversation_")] == [
        "conversation_seen", "conversation_seen", "conversation_answered", "conversation_seen",
        "conversation_handed_back", "conversation_seen",
    ]  # fmt: skip


async def test_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    given = {"PAYBOT_DATABASE_URL": postgres_url, "PAYBOT_SECRET_KEY": "k" * 43}
    async with open_house(tmp_path, Hands(NOON), **given) as house:
        await test_answer_and_hand_back(Desk(house))
        assert f"{FIRST[0]} {LAST[0]}" in words(await house.get("/console/conversations"))
        assert "$184.50" in words(await house.get(f"/console/patients/{house.ids['P1']}"))


async def test_taking_over_silences_the_bot(desk: Desk) -> None:
    await desk.house.text("hello")
    talk = desk.house.talk(ANA)
    await desk.enter()
    assert "You have taken this conversation over" in words(
        await desk.house.post(f"/console/conversations/{talk}/take")
    )
    said = desk.house.said()
    assert await desk.house.app[LOCAL_TWILIO].text(ANA, OURS, "BALANCE") == 200
    assert desk.house.said() == said
    assert "left for staff" in words(await desk.read(talk))


async def test_pressing_twice_sends_once(desk: Desk) -> None:
    talk = await desk.asked_for()
    await desk.enter()
    form = {"text": "Once is enough.", "once": (await desk.read(talk)).hidden("once")}
    for _ in range(2):
        assert (await desk.house.post(f"/console/conversations/{talk}/answer", form)).status == 200
    assert len(desk.house.rows(outbox, outbox.c.message == "staff/words")) == 1


@pytest.mark.parametrize("state, told", [("revoked", "They opted out"), ("held", "They may have opted out")])
async def test_nobody_writes_to_who_opted_out(desk: Desk, state: str, told: str) -> None:
    talk = await desk.asked_for()
    await desk.enter()
    once = (await desk.read(talk)).hidden("once")
    out = update(addresses).where(addresses.c.address == ANA).values(consent=state)
    desk.house.write(lambda conn: conn.execute(out))
    form = {"text": "Please come back", "once": once}
    answer = await desk.house.post(f"/console/conversations/{talk}/answer", form)
    assert answer.status == 409
    assert told in words(answer)
    assert desk.house.rows(outbox, outbox.c.message == "staff/words") == []
    assert "<textarea" not in (await desk.read(talk)).text


async def test_more_than_one_text_is_asked_about_first(desk: Desk) -> None:
    talk = await desk.asked_for()
    await desk.enter()
    long = "This takes a while to say. " * 7
    answer = await desk.say(talk, long)
    assert "This would be sent as 2 texts" in words(answer)
    assert long.strip() in answer.text
    assert desk.house.rows(outbox, outbox.c.message == "staff/words") == []
    assert "on its way" in words(await desk.say(talk, long, long="yes"))


@pytest.mark.parametrize(
    "text, told",
    [("  \n ", "nothing to send"), ("x" * 1601, "too long"), (f"use {canaries.CARDS[0]}", "looks like a card number")],
)
async def test_what_cannot_be_sent_is_kept_in_the_box(desk: Desk, text: str, told: str) -> None:
    talk = await desk.asked_for()
    await desk.enter()
    answer = await desk.say(talk, text)
    assert answer.status == 422
    assert told in words(answer)
    assert text.strip() in answer.text
    assert desk.house.rows(outbox, outbox.c.message == "staff/words") == []


async def test_texts_and_mails_of_one_person_are_one_thread(desk: Desk) -> None:
    talk, by_mail = await desk.asked_for(), mail_talk(desk, MAIL[0])
    desk.house.clock.forward(minutes=1)
    await desk.enter()
    assert "on its way" in words(await desk.say(by_mail, "And this is by mail.\nSecond line."))
    await desk.house.until(lambda: len(desk.house.app[MAILBOX].mails()) == 1)
    told = words(await desk.read(talk))
    assert "Patient · Text 415-555-0171 · 12:05 pm Wed 05/06 agent" in told
    assert f"{KIM} · Email {MAIL[0]} · 12:06 pm" in told
    assert "And this is by mail. Second line." in told
    assert told.index("Connecting you") < told.index("by mail.")
    assert "Answer by text" in told
    assert "Answer by email" in words(await desk.read(by_mail))


async def test_roommates_do_not_read_each_others_mail(desk: Desk) -> None:
    await desk.house.text("hello", SHARED)
    talk, theirs = desk.house.talk(SHARED), mail_talk(desk, MAIL[1])
    await desk.enter()
    await desk.say(theirs, "For Theo alone.")
    shared = words(await desk.read(talk))
    assert "For Theo alone." not in shared
    assert "Not shown here, since not everybody here takes part" in shared
    assert "hello" in words(await desk.read(theirs))


async def test_codes_and_links_stay_places(desk: Desk) -> None:
    await desk.house.text("balance")
    await desk.house.code_from_mail()
    await desk.enter()
    assert "[their code]" in words(await desk.house.get("/console/conversations")) + words(
        await desk.read(desk.house.rows(outbox, outbox.c.code_id.is_not(None))[0].conversation_id)
    )


def test_our_own_mails_are_read_without_what_stands_around_them() -> None:
    mail = "Your pay link\n\n--- Please answer above this line ---\n\nPay here:\n{link}\n\n-- \nHarbor Family Med\n"
    assert as_sent(mail) == "Your pay link\n\nPay here:\n[their link]\n"
    assert as_sent("Your code is {code}.") == "Your code is [their code]."


async def test_another_practice_is_not_there(desk: Desk) -> None:
    talk = await desk.asked_for()
    task = desk.house.rows(tasks)[0].id
    other = insert(practices).returning(practices.c.id)
    file = {**desk.house.rows(practices)[0].file, "slug": "other", "text_numbers": ["+12065550199"]}
    row = {"slug": "other", "file": file, "updated_at": NOON}
    other_id = desk.house.write(lambda conn: conn.execute(other, row).scalar_one())
    desk.house.app[WORLD].practices.forget()
    await desk.enter("eve@other.example", Role.MANAGER, other_id)
    assert LAST[0] not in (await desk.house.get("/console/conversations")).text
    assert FIRST[0] not in (await desk.house.get("/console/tasks")).text
    before = len(desk.house.rows(inbox))
    seen = (f"conversations/{talk}", f"conversations/{2**63}", f"patients/{desk.house.ids['P1']}", "patients/0")
    done = (*(f"conversations/{talk}/{what}" for what in ("answer", "take", "release")), f"tasks/{task}/done")
    for method, path in (*(("GET", one) for one in seen), *(("POST", one) for one in done)):
        data = {"text": "x", "once": ""} if method == "POST" else None
        assert (await desk.house.ask(method, f"/console/{path}", data=data)).status == 404, path
    assert len(desk.house.rows(inbox)) == before


async def test_auditors_only_read(desk: Desk) -> None:
    talk = await desk.asked_for()
    task = desk.house.rows(tasks)[0].id
    await desk.enter(role=Role.AUDITOR)
    page = await desk.read(talk)
    assert page.status == 200
    assert "<textarea" not in page.text
    before = len(desk.house.rows(inbox))
    for path in (f"conversations/{talk}/answer", f"conversations/{talk}/take", f"tasks/{task}/done"):
        answer = await desk.house.post(f"/console/{path}", {"text": "x"})
        assert answer.status == 403
        assert "You may read only" in words(answer)
    assert len(desk.house.rows(inbox)) == before
    assert (await desk.leave()).path == "/console?said=signed_out"


async def test_tasks_are_finished_by_name(desk: Desk) -> None:
    await desk.house.text("refund please")
    await desk.enter()
    told = words(await desk.house.get("/console/tasks"))
    assert f"Asks for a refund {FIRST[0]} {LAST[0]} Due by 5 pm Thu 05/07" in told
    desk.house.clock.forward(hours=30)
    await desk.sign_in()
    assert "Overdue since 5 pm Thu 05/07" in words(await desk.house.get("/console/tasks"))
    task = desk.house.rows(tasks)[0].id
    for _ in range(2):
        assert "Done. The task is off the list." in words(await desk.house.post(f"/console/tasks/{task}/done"))
    assert desk.house.rows(tasks)[0].done_by == f"staff:{desk.member_id()}"
    assert len(desk.house.rows(audit, audit.c.what == "task_done")) == 1


async def test_a_patient_on_one_page(desk: Desk) -> None:
    await desk.enter()
    person = desk.house.ids["P1"]
    told = words(await desk.house.get(f"/console/patients/{person}"))
    for words_ in ("Patient P1", "born 02/03/1980", "Text 415-555-0171 Agreed", f"Email {MAIL[0]} Agreed", "$184.50",
                   "03/14/2026, Dr. Okafor $120.00", "04/02/2026, Dr. Lindqvist $64.50"):  # fmt: skip
        assert words_ in told
    seen = desk.house.rows(audit, audit.c.what == "patient_seen")
    assert seen[0].details == {"person_id": person}


async def test_what_cannot_be_noted_is_not_shown(desk: Desk) -> None:
    """The audit row is committed before the bytes are sent: where it cannot be written, nothing is seen."""
    talk = await desk.asked_for()
    await desk.enter()
    stop = "CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"
    desk.house.write(lambda conn: conn.exec_driver_sql(stop))
    for path in ("conversations", f"conversations/{talk}", "tasks", f"patients/{desk.house.ids['P1']}"):
        answer = await desk.house.get(f"/console/{path}")
        assert answer.status == 500
        assert canaries.find(answer.text) == []
