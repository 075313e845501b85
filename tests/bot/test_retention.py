"""What is old is forgotten, what is evidence or under a hold is not, and nothing else is touched."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from bot.keeping.retention import Purge, cutoff, purge
from bot.store import aid, consents, holds
from bot.store import tables as t
from bot.store.engine import make_engine
from bot.store.money_tables import aid_requests
from tests.harbor import NOW, Harbor, make_harbor

OLD = NOW - timedelta(days=800)
CANARY = "my knee hurts, canary 5521"


def talk(harbor: Harbor, address: str = "+12065550177") -> tuple[int, int]:
    """The conversation and the address of Ana."""
    with harbor.engine.begin() as conn:
        address_id = conn.scalar(select(t.addresses.c.id).where(t.addresses.c.address == address))
        values: dict[str, Any] = {
            "practice_id": harbor.practice_id,
            "address_id": address_id,
            "channel": "text",
            "kept": {},
        }
        made = conn.execute(insert(t.conversations).values(values).returning(t.conversations.c.id)).scalar_one()
    return made, address_id or 0


def said(harbor: Harbor, talk_id: int, name: str, at: datetime = OLD) -> int:
    row = {"provider": "twilio", "provider_id": name, "practice_id": harbor.practice_id, "conversation_id": talk_id,
           "event": "MessageReceived", "received_at": at, "text": CANARY, "details": {"media": 1}}  # fmt: skip
    with harbor.engine.begin() as conn:
        made: int = conn.execute(insert(t.inbox).values(row).returning(t.inbox.c.id)).scalar_one()
    return made


def answered(harbor: Harbor, talk_id: int, address_id: int, at: datetime = OLD, **columns: Any) -> None:
    row = {"practice_id": harbor.practice_id, "conversation_id": talk_id, "address_id": address_id, "channel": "text",
           "kind": "reply", "rank": 0, "message": "idle/menu", "language": "en", "values": {"name": CANARY},
           "ground": "reply", "due_at": at, "created_at": at, "state": "delivered", "text": CANARY}  # fmt: skip
    with harbor.engine.begin() as conn:
        conn.execute(insert(t.outbox).values(row | columns))


def forgotten(harbor: Harbor, **how: Any) -> Purge:
    return purge(harbor.engine, NOW, **how)


@pytest.fixture
def ana(harbor: Harbor) -> tuple[int, int]:
    harbor.patient("Ana Ruiz", owes=12000)
    return talk(harbor)


def test_old_messages_go_and_young_ones_stay(harbor: Harbor, ana: tuple[int, int]) -> None:
    for name, at in (("old", OLD), ("young", NOW - timedelta(days=700))):
        said(harbor, ana[0], name, at)
        answered(harbor, *ana, at)
    done = forgotten(harbor)
    assert (done.practices[0].received, done.practices[0].sent) == (1, 1)
    assert [(row["text"], row["details"]) for row in harbor.all(t.inbox)] == [
        ("", {"purged": True}),
        (CANARY, {"media": 1}),
    ]
    assert [(row["text"], row["values"]) for row in harbor.all(t.outbox)] == [(None, {}), (CANARY, {"name": CANARY})]
    # Rows stay, so that nothing is done twice, and the audit says what happened.
    assert harbor.all(t.audit)[-1]["what"] == "messages_purged"
    again = forgotten(harbor)
    assert (again.practices[0].received, again.practices[0].sent) == (0, 0)


def test_forms_for_financial_help_go_with_the_messages(harbor: Harbor, ana: tuple[int, int]) -> None:
    held = harbor.patient("Bo Lee", phone="+12065550178")
    with harbor.engine.begin() as conn:
        for at, whose in ((OLD, (harbor.patients["Ana Ruiz"],)), (OLD, ()), (OLD, (held,)), (NOW, ())):
            aid.ask(conn, harbor.practice_id, {"why": CANARY}, "203.0.113.9", at, at, person_ids=whose)
        holds.place(conn, harbor.practice_id, held, "case 26-114", NOW)
    assert forgotten(harbor, dry_run=True).practices[0].aid == 2
    assert forgotten(harbor).practices[0].aid == 2
    assert [(row["person_id"], row["at"]) for row in harbor.all(aid_requests)] == [(held, OLD), (None, NOW)]
    with harbor.engine.begin() as conn:
        holds.place(conn, harbor.practice_id, None, "an audit of all", NOW)
    assert purge(harbor.engine, NOW + timedelta(days=800)).practices[0].aid == 0


def test_a_dry_run_forgets_nothing(harbor: Harbor, ana: tuple[int, int]) -> None:
    said(harbor, ana[0], "old")
    done = forgotten(harbor, dry_run=True)
    assert done.practices[0].received == 1
    assert harbor.all(t.inbox)[0]["text"] == CANARY
    assert harbor.count(t.audit) == 0


@pytest.mark.parametrize("state", ["queued", "held", "sending"])
def test_what_is_still_to_be_sent_is_not_forgotten(harbor: Harbor, ana: tuple[int, int], state: str) -> None:
    answered(harbor, *ana, state=state)
    answered(harbor, *ana, state=state, text=None)
    assert forgotten(harbor).practices[0].sent == 0
    assert [row["values"] for row in harbor.all(t.outbox)] == [{"name": CANARY}] * 2


@pytest.mark.parametrize("state", ["dropped", "failed", "uncertain"])
def test_words_that_never_became_a_text_are_forgotten(harbor: Harbor, ana: tuple[int, int], state: str) -> None:
    answered(harbor, *ana, state=state, text=None)
    answered(harbor, *ana, state=state, text=None, values={})  # nothing in it: it is not counted
    answered(harbor, *ana, state=state, values={})
    assert forgotten(harbor, dry_run=True).practices[0].sent == 2
    assert forgotten(harbor).practices[0].sent == 2
    assert [(row["state"], row["text"], row["values"]) for row in harbor.all(t.outbox)] == [(state, None, {})] * 3
    assert forgotten(harbor).practices[0].sent == 0


@pytest.mark.parametrize("years,kept", [(3, True), (5.99, True), (6.1, False)])
def test_evidence_of_consent_stays_for_six_years(
    harbor: Harbor, ana: tuple[int, int], years: float, kept: bool
) -> None:
    at = NOW - timedelta(days=years * 365.25)
    inbox_id = said(harbor, ana[0], "stop", at)
    with harbor.engine.begin() as conn:
        consents.record(
            conn,
            [consents.Consent(harbor.practice_id, ana[1], "text", "revoked", "STOP", "text", at, inbox_id=inbox_id)],
        )
    done = forgotten(harbor)
    assert harbor.all(t.inbox)[0]["text"] == (CANARY if kept else "")
    assert done.practices[0].evidence == kept
    assert harbor.count(t.consents) == 1


def test_a_hold_on_a_patient_keeps_their_messages(harbor: Harbor, ana: tuple[int, int]) -> None:
    harbor.patient("Bo Lee", phone="+12065550178")
    bo = talk(harbor, "+12065550178")
    for number, (talk_id, address_id) in enumerate((ana, bo)):
        said(harbor, talk_id, f"old {number}")
        answered(harbor, talk_id, address_id)
    with harbor.engine.begin() as conn:
        hold = holds.place(conn, harbor.practice_id, harbor.patients["Ana Ruiz"], "case 26-114", NOW)
    done = forgotten(harbor).practices[0]
    assert (done.received, done.sent, done.on_hold) == (1, 1, 2)
    assert [row["text"] for row in harbor.all(t.inbox)] == [CANARY, ""]
    with harbor.engine.begin() as conn:
        assert holds.lift(conn, harbor.practice_id, hold, NOW)
        assert not holds.lift(conn, harbor.practice_id, hold, NOW)
    assert forgotten(harbor).practices[0].received == 1


def test_a_hold_outlives_the_address(harbor: Harbor, ana: tuple[int, int]) -> None:
    from bot.store import people

    answered(harbor, *ana, notice_of=harbor.patients["Ana Ruiz"])
    with harbor.engine.begin() as conn:
        holds.place(conn, harbor.practice_id, harbor.patients["Ana Ruiz"], "case 26-114", NOW)
        people.block(conn, ana[1], "wrong_number")
    assert forgotten(harbor).practices[0].on_hold == 1


def test_a_hold_on_the_practice_keeps_everything(harbor: Harbor, ana: tuple[int, int]) -> None:
    said(harbor, ana[0], "old")
    with harbor.engine.begin() as conn:
        holds.place(conn, harbor.practice_id, None, "audit of 2026", NOW)
    done = forgotten(harbor).practices[0]
    assert (done.received, done.on_hold) == (0, 1)


def test_many_rows_go_in_small_steps(harbor: Harbor, ana: tuple[int, int]) -> None:
    rows = [
        {"provider": "twilio", "provider_id": f"SM{n}", "practice_id": harbor.practice_id, "conversation_id": ana[0],
         "event": "MessageReceived", "received_at": OLD, "text": "hi"} for n in range(1200)
    ]  # fmt: skip
    with harbor.engine.begin() as conn:
        conn.execute(insert(t.inbox), rows)
    for _ in range(501):
        answered(harbor, *ana, state="dropped", text=None)
    done = forgotten(harbor).practices[0]
    assert (done.received, done.sent) == (1200, 501)


def test_the_bytes_are_gone_from_the_file(sqlite_url: str) -> None:
    engine: Engine = make_engine(sqlite_url)
    harbor = make_harbor(engine)
    harbor.patient("Ana Ruiz")
    ana = talk(harbor)
    for number in range(300):
        said(harbor, ana[0], f"old {number}")
        answered(harbor, *ana)
    forgotten(harbor)
    path = Path(engine.url.database or "")
    for file in (path, Path(f"{path}-wal")):
        assert not file.exists() or b"canary 5521" not in file.read_bytes()
    engine.dispose()


@pytest.mark.parametrize(
    "now,months,expected",
    [((2026, 11, 21), 24, (2024, 11, 21)), ((2026, 3, 31), 1, (2026, 2, 28)), ((2026, 1, 15), 1, (2025, 12, 15))],
)
def test_months_back(now: tuple[int, int, int], months: int, expected: tuple[int, int, int]) -> None:
    assert cutoff(datetime(*now, tzinfo=UTC), months) == datetime(*expected, tzinfo=UTC)


def test_addresses_that_are_good_for_nothing_go(harbor: Harbor, ana: tuple[int, int]) -> None:
    day = timedelta(days=1)
    ends = {"good": (NOW + day, None), "over": (NOW - day, None), "revoked": (NOW + day, NOW - day)}
    with harbor.engine.begin() as conn:
        for digest, (expires_at, revoked_at) in ends.items():
            row = {"conversation_id": ana[0], "kind": "reply", "token_digest": digest, "made_at": OLD}
            conn.execute(insert(t.reply_addresses).values(row | {"expires_at": expires_at, "revoked_at": revoked_at}))
    assert forgotten(harbor, dry_run=True).reply_addresses == 2
    assert forgotten(harbor).reply_addresses == 2
    assert [row["token_digest"] for row in harbor.all(t.reply_addresses)] == ["good"]
