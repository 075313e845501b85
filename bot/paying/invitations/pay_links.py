"""A pay link made to paste elsewhere: it asks whoever opens it for a code first."""

from datetime import timedelta

from sqlalchemy import Connection

from bot.clock import Clock
from bot.keys import Keys
from bot.notices import find_patient
from bot.store import links
from bot.store.ledger import balances
from bot.store.practices import Practice
from conversations.money import dollars, leaves_crumbs
from conversations.policy import Policy


class CannotLinkError(ValueError):
    """No link can be made; the message says why."""


def make_link(
    conn: Connection,
    keys: Keys,
    practice: Practice,
    patient_id: str,
    amount_cents: int | None,
    clock: Clock,
    *,
    made_by: str = "cli",
    token: str = "",
) -> str:
    """The token of a new link for this patient, if none is given. Raises CannotLinkError, or UnknownPatientError."""
    person = find_patient(conn, practice, patient_id)
    owed = balances(conn, [person.id])[person.id]
    policy, now = practice.file.policy, clock()
    if owed <= 0:
        raise CannotLinkError("This patient owes nothing.")
    if amount_cents is not None:
        check_amount(amount_cents, owed, policy)
    token = token or links.new_token()
    new = links.NewLink(
        practice_id=practice.id,
        person_ids=(person.id,),
        asks_code=True,
        made_by=made_by,
        made_at=now,
        open_until=now + timedelta(minutes=policy.link_minutes),
        amount_cents=amount_cents,
        owed_cents=owed,
    )
    links.insert_link(conn, keys, token, new)
    return token


def check_amount(cents: int, owed: int, policy: Policy) -> None:
    """May so much be asked for? Raises CannotLinkError."""
    minimum = policy.minimum_payment_cents
    if cents > owed:
        raise CannotLinkError(f"This patient owes {dollars(owed)}, so {dollars(cents)} cannot be asked for.")
    if cents < owed and not policy.partial_payments:
        raise CannotLinkError(f"This practice takes no part payments; the whole is {dollars(owed)}.")
    if leaves_crumbs(cents, owed):
        raise CannotLinkError(f"That would leave {dollars(owed - cents)}; ask for all {dollars(owed)}, or for less.")
    if cents < min(minimum, owed):
        raise CannotLinkError(f"The smallest part payment of this practice is {dollars(minimum)}.")
