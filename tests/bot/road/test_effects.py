"""Each thing that the core asks for becomes the rows it should."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import pytest
from sqlalchemy import Table, select

from bot.store import codes, links, timers
from bot.store.links import NewLink
from bot.store.tables import (
    addresses,
    consents,
    conversations,
    outbox,
    payments,
    people,
    person_addresses,
    redactions,
    tasks,
)
from bot.store.tables import codes as codes_table
from bot.store.tables import links as links_table
from bot.store.tables import timers as timers_table
from bot.turns.road import Arrival, Ended, Taken, take_now
from conversations import effects as e
from conversations.conversation import Owner
from conversations.events import ChargeSettled, MessageReceived, NoticeDue, StaffReplied, WaitEnded
from conversations.turn import Result
from tests.bot.road.cores import Scripted
from tests.harbor import KEYS, MAIL, NOW, PHONE, Harbor, event, text

OTHER = "+12065550178"


@pytest.fixture
def ana(scripted: Harbor) -> int:
    return scripted.patient("Ana Ruiz", mail=MAIL, owes=18450)


class Do(Protocol):
    """Takes a text, or another event, whose turn comes to these effects."""

    def __call__(
        self, *effects: e.Effect, words: str = "hi", arrival: Arrival | None = None, at: datetime = NOW
    ) -> Taken: ...


@pytest.fixture
def do(scripted: Harbor, core: Scripted, ana: int) -> Do:
    """Take a text, or another event, whose turn comes to these effects."""
    numbers = iter(range(1, 100))

    def doing(*effects: e.Effect, words: str = "hi", arrival: Arrival | None = None, at: datetime = NOW) -> Taken:
        core.effects = effects
        return take_now(scripted.engine, scripted.world, arrival or text(words, f"SM{next(numbers)}", at=at))

    return doing


def only(harbor: Harbor, table: Table) -> Mapping[str, Any]:
    (row,) = harbor.all(table)
    return row


def test_a_message_with_a_link_keeps_no_token(scripted: Harbor, do: Do, ana: int) -> None:
    do(e.Say("pay/link", {"amount_cents": 5000}, link=e.OpenPayLink((ana,), 5000, asks_code=True), language="es"))
    row = only(scripted, outbox)
    assert row["link"] == {"person_ids": [ana], "amount_cents": 5000, "asks_code": True, "page": "balance"}
    assert (row["language"], row["values"], row["person_ids"], row["kind"]) == (
        "es",
        {"amount_cents": 5000},
        [ana],
        "reply",
    )


@pytest.mark.parametrize(
    "kind, rank, ground",
    [
        (e.Kind.REPLY, 0, "reply"),
        (e.Kind.RECEIPT, 1, "reply"),
        (e.Kind.NOTICE, 2, "consent"),
        (e.Kind.OPT_OUT, 0, "opt_out"),
    ],
)
def test_a_message_names_its_lane_and_its_ground(
    scripted: Harbor, do: Do, kind: e.Kind, rank: int, ground: str
) -> None:
    do(e.SetConsent("granted", "text", "yes", "form"))
    taken = do(e.Say("x/y", kind=kind))
    row = only(scripted, outbox)
    consent = only(scripted, consents)
    assert (row["rank"], row["ground"]) == (rank, ground)
    assert row["ground_id"] == (consent["id"] if ground == "consent" else taken.inbox_id)
    assert taken.outbox_ids == (row["id"],)


def test_a_notice_waits_for_the_notice_hours_where_the_patient_is(scripted: Harbor, do: Do, ana: int) -> None:
    scripted.change_address(PHONE, zones=["America/New_York"])
    do()
    late = NOW + timedelta(hours=8)  # 6 pm in Seattle, 9 pm in New York
    talk = only(scripted, conversations)["id"]
    do(e.Say("notice/told", kind=e.Kind.NOTICE), arrival=event(NoticeDue(ana), "N1", talk, late))
    row = only(scripted, outbox)
    assert row["due_at"] == NOW.replace(hour=13, minute=0) + timedelta(days=1)
    assert row["notice_of"] == ana


def test_a_timer_names_the_state_and_the_turn(scripted: Harbor, do: Do) -> None:
    taken = do(e.WakeAt(NOW + timedelta(minutes=10), "offer_ended"))
    row = only(scripted, timers_table)
    assert (row["state"], row["entered_turn"], row["reason"]) == ("test.waiting", 1, "offer_ended")
    assert taken.woke
    with scripted.engine.begin() as conn:
        assert timers.next_due(conn) == NOW + timedelta(minutes=10)
        assert timers.due(conn, NOW) == []
        (due,) = timers.due(conn, NOW + timedelta(minutes=10))
        timers.remove(conn, [due.id])
        assert due.provider_id.startswith(f"{due.conversation_id}:1:test.waiting:offer_ended:")
        assert timers.next_due(conn) is None


@pytest.mark.parametrize(
    "minutes, consent, ground", [(59, "none", "reply"), (61, "none", "consent"), (61, "granted", "consent")]
)
def test_what_a_timer_says_late_needs_a_consent(
    scripted: Harbor, do: Do, minutes: int, consent: str, ground: str
) -> None:
    scripted.change_address(PHONE, consent=consent)
    do()
    talk = only(scripted, conversations)["id"]
    waited = event(WaitEnded("x", "test.waiting", 1), "T1", talk, NOW + timedelta(minutes=minutes))
    do(e.Say("x/y"), arrival=waited)
    assert only(scripted, outbox)["ground"] == ground


def test_staff_may_answer_somebody_who_never_consented(scripted: Harbor, do: Do) -> None:
    scripted.change_address(PHONE, consent="none")
    do()
    talk = only(scripted, conversations)["id"]
    do(e.Say("staff/said"), arrival=event(StaffReplied("Hi", "Kim"), "S1", talk, NOW + timedelta(hours=3)))
    assert only(scripted, outbox)["ground"] == "reply"


def test_a_code_by_mail_goes_to_the_mail_of_that_person(scripted: Harbor, do: Do, ana: int) -> None:
    taken = do(e.SendCode("email", (ana,)))
    code, row = only(scripted, codes_table), only(scripted, outbox)
    texts, mails = scripted.all(conversations)
    assert (code["conversation_id"], code["way"], code["digest"], code["sent_at"]) == (texts["id"], "email", None, None)
    assert (row["code_id"], row["kind"], row["message"], row["channel"]) == (
        code["id"],
        "code",
        "identity/code",
        "email",
    )
    assert (row["conversation_id"], mails["channel"]) == (mails["id"], "email")
    assert scripted.rows(select(addresses.c.address).where(addresses.c.id == row["address_id"])) == [{"address": MAIL}]
    assert taken.outbox_ids == (row["id"],)
    assert "482913" not in str(row)


def test_a_code_by_text_goes_to_the_phone_that_asked(scripted: Harbor, do: Do, ana: int) -> None:
    do(e.SendCode("text", (ana,), typed="page", message="identity/code_page"))
    row = only(scripted, outbox)
    assert (row["conversation_id"], row["channel"], row["message"]) == (1, "text", "identity/code_page")
    assert only(scripted, codes_table)["typed"] == "page"


def test_a_new_code_makes_the_old_one_older_and_unsent_ones_are_dropped(scripted: Harbor, do: Do, ana: int) -> None:
    do(e.SendCode("email", (ana,)))
    do(e.SendCode("email", (ana,)))
    assert [row["state"] for row in scripted.all(codes_table)] == ["older", "open"]
    assert [(row["state"], row["held_by"]) for row in scripted.all(outbox)] == [
        ("dropped", "code_void"),
        ("queued", None),
    ]
    do(e.VoidCodes())
    assert [row["state"] for row in scripted.all(codes_table)] == ["void", "void"]
    assert [row["state"] for row in scripted.all(outbox)] == ["dropped", "dropped"]


def test_links_of_this_conversation_are_voided(scripted: Harbor, do: Do, ana: int) -> None:
    do()
    token = links.new_token()
    assert len(token) == 22
    made: Any = {
        "practice_id": scripted.practice_id,
        "person_ids": (ana,),
        "asks_code": False,
        "made_by": "conversation",
    }
    with scripted.engine.begin() as conn:
        hour: Any = {"made_at": NOW, "open_until": NOW + timedelta(hours=1)}
        links.insert_link(conn, KEYS, token, NewLink(**made, **hour, conversation_id=1))
        links.insert_link(conn, KEYS, links.new_token(), NewLink(**made, **hour))
    do(e.VoidLinks())
    assert [row["voided_at"] for row in scripted.all(links_table)] == [NOW, None]
    with scripted.engine.connect() as conn:
        found = links.find(conn, KEYS, token)
        assert found is not None
        assert found.voided_at == NOW
        assert found.person_ids == [ana]
        assert links.find(conn, KEYS, links.new_token()) is None
    assert token not in str(scripted.all(links_table))


def test_what_waits_is_dropped_with_its_rule(scripted: Harbor, do: Do) -> None:
    do(e.Say("a/reply"), e.Say("a/receipt", kind=e.Kind.RECEIPT), e.Say("a/notice", kind=e.Kind.NOTICE))
    do(e.DropQueued("paid", only_notices=True))
    assert [row["state"] for row in scripted.all(outbox)] == ["queued", "queued", "dropped"]
    do(e.DropQueued("opted_out", keep_receipts=True))
    assert [row["held_by"] for row in scripted.all(outbox)] == ["opted_out", None, "paid"]
    do(e.DropQueued("opted_out"), e.Say("consent/stopped", kind=e.Kind.OPT_OUT))
    assert [row["state"] for row in scripted.all(outbox)] == ["dropped", "dropped", "dropped", "queued"]


def test_consent_is_kept_as_said_and_holds_at_once(scripted: Harbor, do: Do, core: Scripted, ana: int) -> None:
    taken = do(e.SetConsent("revoked", "text", "stop it", "words"))
    row = only(scripted, consents)
    assert (row["status"], row["wording"], row["source"], row["at"]) == ("revoked", "stop it", "words", NOW)
    assert (row["person_id"], row["inbox_id"], row["practice_id"]) == (ana, taken.inbox_id, scripted.practice_id)
    do()
    assert core.seen[-1].consent == "revoked"
    do(e.SetConsent("granted", "text", "START", "keyword"), at=NOW + timedelta(days=1))
    found = scripted.rows(select(addresses.c.consent, addresses.c.consent_at).where(addresses.c.address == PHONE))
    assert found == [{"consent": "granted", "consent_at": NOW + timedelta(days=1)}]
    assert len(scripted.all(consents)) == 2


def test_stop_texting_me_said_by_mail_is_about_their_phones(scripted: Harbor, do: Do, ana: int) -> None:
    scripted.patient("Bo Ruiz", phone=OTHER, mail=MAIL)
    mail = Arrival("mail", "M1", MessageReceived("x"), NOW, channel="email", ours="+12065550100", address=MAIL)
    do(e.SetConsent("revoked", "text", "stop texting me", "words"), arrival=mail)
    state = {row["address"]: row["consent"] for row in scripted.all(addresses)}
    assert state == {PHONE: "revoked", OTHER: "revoked", MAIL: "granted"}
    assert [row["person_id"] for row in scripted.all(consents)] == [None, None]


def test_a_wrong_number_is_taken_from_everybody(scripted: Harbor, do: Do, core: Scripted) -> None:
    scripted.patient("Leo Ruiz")
    do(e.BlockNumber("wrong_number"), e.Say("wrong_number/sorry"))
    assert only(scripted, outbox)["message"] == "wrong_number/sorry"
    found = scripted.rows(select(addresses.c.blocked, addresses.c.problem).where(addresses.c.address == PHONE))
    assert found == [{"blocked": True, "problem": "wrong_number"}]
    assert len(scripted.rows(select(person_addresses.c.person_id))) == 1  # the mail address is still Ana's
    do()
    assert core.seen[-1].blocked
    assert core.seen[-1].people == ()


def test_people_change_as_they_are_heard(scripted: Harbor, do: Do, ana: int) -> None:
    until = NOW + timedelta(days=14)
    do(e.PauseNotices((ana,), until, "hardship"), e.ReportDeath((ana,)), e.SetLanguage((ana,), "es"))
    row = only(scripted, people)
    assert (row["notices_paused_until"], row["notices_paused_reason"], row["died"], row["language"]) == (
        until, "hardship", "reported", "es",
    )  # fmt: skip


def test_a_death_that_staff_confirmed_stays_confirmed(scripted: Harbor, do: Do) -> None:
    bo = scripted.patient("Bo Ruiz", died="confirmed")
    do(e.ReportDeath((bo,)))
    assert scripted.rows(select(people.c.died).where(people.c.id == bo)) == [{"died": "confirmed"}]


def test_a_task_names_its_kind_and_people(scripted: Harbor, do: Do, ana: int) -> None:
    taken = do(e.OpenTask("confirm_phone", (ana,), NOW + timedelta(days=1), urgent=True), words="my words")
    row = only(scripted, tasks)
    assert (row["kind"], row["person_ids"], row["urgent"], row["inbox_id"]) == (
        "confirm_phone",
        [ana],
        True,
        taken.inbox_id,
    )
    assert (row["due_at"], row["conversation_id"], row["done_at"]) == (NOW + timedelta(days=1), 1, None)
    assert "my words" not in str(row)


def test_somebody_waits_for_a_person_until_one_answers(scripted: Harbor, do: Do, core: Scripted) -> None:
    core.changes, core.result, due = {"owner": Owner.WAITING}, Result.STAFF, NOW + timedelta(hours=1)
    do(e.HandOff("asked", due))
    do(e.HandOff("asked", due + timedelta(minutes=5)), at=NOW + timedelta(minutes=5))
    row = only(scripted, conversations)
    assert (row["needs_answer_since"], row["answer_due_at"], row["owner"]) == (
        NOW,
        due + timedelta(minutes=5),
        "waiting",
    )
    assert only(scripted, tasks)["kind"] == "hand_off.asked"
    core.changes = {"owner": Owner.STAFF}
    do(e.Say("staff/said"), arrival=event(StaffReplied("Hi", "Kim"), "S1", row["id"]))
    assert only(scripted, conversations)["needs_answer_since"] is None
    assert do(at=NOW + timedelta(hours=2)).outcome is Ended.STAFF
    assert only(scripted, conversations)["needs_answer_since"] == NOW + timedelta(hours=2)
    core.changes = {"owner": Owner.BOT}
    do(at=NOW + timedelta(hours=3))
    assert only(scripted, conversations)["needs_answer_since"] is None


def test_the_copy_at_the_provider_is_to_be_emptied(scripted: Harbor, do: Do) -> None:
    taken = do(e.RedactAtProvider())
    row = only(scripted, redactions)
    assert (row["provider"], row["provider_id"], row["inbox_id"], row["held"], row["done_at"]) == (
        "twilio",
        "SM1",
        taken.inbox_id,
        "card",
        None,
    )


def test_each_patient_gets_a_receipt_about_their_own_part(scripted: Harbor, do: Do, ana: int) -> None:
    leo = scripted.patient("Leo Ruiz", mail="leo@mail.example", language="es", owes=7500)
    joe = scripted.patient("Joe Ruiz")
    do()
    shares = {str(ana): 2000, str(leo): 7500}
    with scripted.engine.begin() as conn:
        conn.execute(
            payments.insert().values(
                practice_id=scripted.practice_id, person_ids=[ana, leo], shares=shares, amount_cents=9500, made_at=NOW,
                processor="sandbox", owed_cents=25950, public_id="pay_1", state="paid", receipt="HFM-20931",
            )
        )  # fmt: skip
    everybody = (ana, leo, joe)
    settled = ChargeSettled(everybody, 9500, 16450, "HFM-20931", "Visa", "4242", NOW, receipt_emailed=True)
    taken = do(e.SendReceipt(everybody, "HFM-20931"), arrival=event(settled, "ch_1", 1))
    mails = scripted.all(outbox)
    assert [(row["person_ids"], row["values"]["amount_cents"], row["language"]) for row in mails] == [
        ([ana], 2000, "en"), ([leo], 7500, "es"),
    ]  # fmt: skip
    assert {row["message"] for row in mails} == {"charge/receipt"}
    assert [row["rank"] for row in mails] == [1, 1]
    assert mails[0]["values"] == {
        "first_name": "Ana", "amount_cents": 2000, "paid_on": "2026-05-06", "brand": "Visa", "last4": "4242",
        "balance_cents": 18450, "reference": "HFM-20931",
    }  # fmt: skip
    assert set(taken.outbox_ids) == {row["id"] for row in mails}


def test_silence_is_kept_with_its_reason(scripted: Harbor, do: Do, core: Scripted) -> None:
    core.result, core.reason = Result.SILENT, "reaction"
    taken = do(e.Skip("reaction"))
    assert (taken.outcome, taken.reason, taken.outbox_ids, taken.woke) == (Ended.SILENT, "reaction", (), False)


def test_a_right_code_is_used_up(scripted: Harbor, do: Do, ana: int) -> None:
    do(e.SendCode("email", (ana,)))
    with scripted.engine.begin() as conn:
        codes.seal(conn, KEYS, 1, "482913", NOW)
    do(e.AcceptCode(), words="482913")
    assert only(scripted, codes_table)["state"] == "used"


def test_a_code_cannot_be_accepted_without_one(scripted: Harbor, do: Do) -> None:
    with pytest.raises(LookupError):
        do(e.AcceptCode())


def test_nobody_to_send_a_code_to(scripted: Harbor, do: Do) -> None:
    with pytest.raises(LookupError):
        do(e.SendCode("email", (4711,)))
