"""Tables of what follows a first payment: saved cards and what was agreed about them, plans, promises, refunds."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import Id, Json, UtcTime
from bot.store.staff_tables import metadata  # they too are part of the whole

__all__ = [
    "aid_requests",
    "card_charges",
    "cards",
    "installments",
    "mandates",
    "metadata",
    "payment_people",
    "plan_events",
    "plans",
    "promises",
    "reconciliations",
    "refunds",
    "reviews",
    "sandbox_book",
]  # fmt: skip

cards = Table(  # what the processor calls the card, never its number
    "cards",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("practice_id", Id, ForeignKey("practices.id"), nullable=False),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("processor", String(20), nullable=False),
    Column("customer", String(200), nullable=False),
    Column("token", String(200), nullable=False),
    Column("brand", String(20), nullable=False),
    Column("last4", String(4), nullable=False),
    Column("expires_on", Date),  # the last day of the month on it
    Column("saved_at", UtcTime, nullable=False),
    Column("held_until", UtcTime),  # an address was changed (NIST SP 800-63B-4, 4.6)
    Column("removed_at", UtcTime),
    Column("removed_by", String(200)),
    Column("forgotten_at", UtcTime),  # the processor has dropped it too
    UniqueConstraint("processor", "token"),
)

mandates = Table(  # what a patient agreed to before a saved card may be charged without them
    "mandates",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("practice_id", Id, ForeignKey("practices.id"), nullable=False),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("card_id", Id, ForeignKey("cards.id"), index=True),  # None until the processor has saved it
    Column("payment_id", Id, ForeignKey("payments.id"), index=True),  # the checkout in which it was agreed to
    Column("plan_id", Id, ForeignKey("plans.id"), index=True),  # for the installments of this plan
    Column("by_text", Boolean, nullable=False, server_default=text("false")),  # a texted reply may charge it
    Column("version", String(20), nullable=False),
    Column("wording", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("network", String(60), nullable=False),
    Column("ended_at", UtcTime),
)

plans = Table(
    "plans",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("practice_id", Id, ForeignKey("practices.id"), nullable=False),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("conversation_id", Id, ForeignKey("conversations.id")),  # where it is talked about
    Column("state", String(10), nullable=False),  # pending, active, dormant, closed, defaulted
    Column("waits", String(10), nullable=False, server_default=""),  # approval, signature; of a pending one
    Column("waits_since", UtcTime),
    Column("balance_cents", BigInteger, nullable=False),  # what was owed
    Column("discount_cents", BigInteger, nullable=False, server_default="0"),
    Column("total_cents", BigInteger, nullable=False),  # what the installments sum to
    Column("monthly_cents", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("first_on", Date, nullable=False),
    Column("card_id", Id, ForeignKey("cards.id")),
    Column("paused_at", UtcTime),
    Column("agreement", Text),  # as it was signed
    Column("agreement_version", String(20)),
    Column("signed_name", String(200)),
    Column("signed_at", UtcTime),
    Column("signed_network", String(60)),
    Column("made_by", String(200), nullable=False),  # patient, api, or who of the staff
    Column("made_at", UtcTime, nullable=False),
    Column("reminded_at", UtcTime),  # that it is not signed
    Column("ended_at", UtcTime),
    Column("ended_why", String(20)),  # paid_off, cancelled, replaced, defaulted, unsigned
    Index("ix_plans_state", "state"),
    Index(
        "uq_plans_person_id_open",
        "person_id",
        unique=True,
        sqlite_where=text("state IN ('active', 'dormant')"),
        postgresql_where=text("state IN ('active', 'dormant')"),
    ),
)

installments = Table(
    "installments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("plan_id", Id, ForeignKey("plans.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),  # waiting, charging, paid, failed, dropped
    Column("changed", Boolean, nullable=False, server_default=text("false")),  # more than was signed (12 CFR 1005.10)
    Column("announced_at", UtcTime),
    Column("announced_in", Id, ForeignKey("conversations.id")),  # None: on the agreement itself
    Column("tries", Integer, nullable=False, server_default="0"),  # that the bank refused
    Column("try_at", UtcTime),  # when it is charged next; None: nothing is to be done by itself
    Column("paid_at", UtcTime),
    UniqueConstraint("plan_id", "number"),
    Index("ix_installments_state_try_at", "state", "try_at"),
)

payment_people = Table(  # whom an attempt is for, so that a patient's attempts are found, those that failed as well
    "payment_people",
    metadata,
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("payment_id", Id, ForeignKey("payments.id"), primary_key=True, autoincrement=False),
)

card_charges = Table(  # an attempt on a saved card: without a mandate to name there is none
    "card_charges",
    metadata,
    Column("payment_id", Id, ForeignKey("payments.id"), primary_key=True, autoincrement=False),
    Column("card_id", Id, ForeignKey("cards.id"), nullable=False, index=True),
    Column("mandate_id", Id, ForeignKey("mandates.id"), nullable=False),
    Column("installment_id", Id, ForeignKey("installments.id"), index=True),
)

plan_events = Table(  # what happened to a plan, for its story and the patient's timeline
    "plan_events",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("plan_id", Id, ForeignKey("plans.id"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("what", String(30), nullable=False),
    Column("who", String(200), nullable=False),
    Column("details", Json, nullable=False, server_default="{}"),
)

promises = Table(
    "promises",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("practice_id", Id, ForeignKey("practices.id"), nullable=False),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("person_ids", Json, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),  # open, told, kept, broken, dropped
    Column("made_at", UtcTime, nullable=False),
    Column("told_at", UtcTime),
    Column("ended_at", UtcTime),
    Index("ix_promises_state_due_on", "state", "due_on"),
)

reviews = Table(  # billing reviews: "why do I owe this?"
    "reviews",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("practice_id", Id, ForeignKey("practices.id"), nullable=False),
    Column("conversation_id", Id, ForeignKey("conversations.id"), index=True),
    Column("number", String(20), nullable=False),
    Column("person_ids", Json, nullable=False),
    Column("task_id", Id, ForeignKey("tasks.id")),
    Column("opened_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    UniqueConstraint("practice_id", "number"),
)

refunds = Table(  # to the original card; the sum of a payment's refunds is guarded in payments.refunded_cents
    "refunds",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("practice_id", Id, ForeignKey("practices.id"), nullable=False),
    Column("payment_id", Id, ForeignKey("payments.id"), nullable=False, index=True),
    Column("public_id", String(40), nullable=False, unique=True),  # opaque; also the key that makes it once
    Column("processor_id", String(200), unique=True),
    Column("amount_cents", BigInteger, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("still_owed", Boolean, nullable=False),
    Column("state", String(10), nullable=False),  # asked, pending, done, failed
    Column("asked_by", String(200), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("submitted_at", UtcTime),
    Column("look_at", UtcTime),  # when to hand it over, or to ask what became of it
    Column("ended_at", UtcTime),
    Column("entry_id", Id, ForeignKey("entries.id")),
    Index("ix_refunds_look_at", "look_at"),
)

aid_requests = Table(  # the financial-help form
    "aid_requests",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("practice_id", Id, ForeignKey("practices.id"), nullable=False),
    Column("person_id", Id, ForeignKey("people.id"), index=True),  # None: they had not shown who they are
    Column("answers", Json, nullable=False),
    Column("task_id", Id, ForeignKey("tasks.id")),
    Column("network", String(80), nullable=False, server_default=""),
    Column("at", UtcTime, nullable=False),
)

reconciliations = Table(  # one night's comparison of the books with the processor's
    "reconciliations",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("practice_id", Id, ForeignKey("practices.id"), nullable=False),
    Column("processor", String(20), nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("processor_cents", BigInteger, nullable=False),
    Column("books_cents", BigInteger, nullable=False),
    Column("found", Integer, nullable=False),  # news that had been lost, and are posted now
    Column("unexplained", Json, nullable=False),  # processor ids that nobody knows what to do about
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("practice_id", "processor", "until"),
)

sandbox_book = Table(  # development only: what the sandbox processor remembers, as a real one would on its own side
    "sandbox_book",
    metadata,
    Column("processor_id", String(200), primary_key=True),
    Column("kind", String(10), nullable=False),  # payment, refund, card
    Column("told", Json, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
)
