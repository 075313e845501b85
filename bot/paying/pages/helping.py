"""The financial-help form: a dated task for staff, and no reminders for two weeks to who is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.store import aid, people
from bot.store.page_sessions import PageSession
from bot.store.practices import Practice
from conversations.conversation import Proof
from conversations.hearing import redact

ANSWERED_WITHIN_DAYS = 2
PAUSE = timedelta(days=14)
DAY = timedelta(days=1)
MOST_OF_A_NETWORK = 5
MOST_OF_A_PRACTICE = 300
"""Forms in a day, from whoever has not shown who they are."""
INCOMES = ("under_15000", "15000_30000", "30000_45000", "45000_60000", "60000_90000", "over_90000", "rather_not")
REASONS = ("job", "hours", "insurance", "family", "other")
WAYS = ("text", "email", "call")


@dataclass(frozen=True, slots=True)
class Answers:
    """The form, as it was filled in."""

    name: str
    contact: str
    household: int
    income: str
    reason: str
    way: str
    more: str

    def kept(self) -> Mapping[str, str | int]:
        """As staff read it: what may be a card number is out of what was written freely."""
        chosen = {"income": self.income, "reason": self.reason, "way": self.way}
        written = {"name": redact(self.name).text, "contact": self.contact, "more": redact(self.more).text}
        return {"household": self.household, **chosen, **written}


def by(practice: Practice, now: datetime) -> datetime:
    """By when somebody answers."""
    return practice.file.office.end_of_next_day(now, ANSWERED_WITHIN_DAYS)


def ask(
    conn: Connection, practice: Practice, session: PageSession | None, answers: Answers, network: str, now: datetime
) -> bool:
    """Take the form; False: too many of them came."""
    known = session if session and session.proof is not Proof.NONE else None
    since = now - DAY
    if aid.lately(conn, practice.id, since, network) >= MOST_OF_A_NETWORK:
        return False
    if known is None and aid.lately(conn, practice.id, since) >= MOST_OF_A_PRACTICE:
        return False
    whom = known.person_ids if known else ()
    talk = known.conversation_id if known else None
    due = by(practice, now)
    aid.ask(conn, practice.id, answers.kept(), network, now, due, person_ids=whom, conversation_id=talk)
    _pause(conn, whom, now + PAUSE)
    return True


def _pause(conn: Connection, whom: tuple[int, ...], until: datetime) -> None:
    """Never shorter than they are left in peace already."""
    for person in people.by_id(conn, whom).values():
        for_good = person.notices_paused_reason is not None and person.notices_paused_until is None
        if not for_good and (person.notices_paused_until is None or person.notices_paused_until < until):
            people.pause(conn, [person.id], until, "hardship")
