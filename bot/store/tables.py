"""Every table. Money is integer cents, times are aware UTC, unique keys are the guard against doing a thing twice."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import Id, Json, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> "Column[int]":
    return Column("id", Id, primary_key=True, autoincrement=True)


def _ref(name: str, to: str, *, null: bool = False, index: bool = False) -> "Column[int]":
    return Column(name, Id, ForeignKey(f"{to}.id"), nullable=null, index=index)


def _few(name: str, column: str, *more: str) -> Index:
    """An index over the few rows of many that have something there."""
    where = text(f"{column} IS NOT NULL")
    return Index(name, column, *more, sqlite_where=where, postgresql_where=where)


practices = Table(
    "practices",
    metadata,
    _id(),
    Column("slug", String(60), nullable=False, unique=True),
    Column("file", Json, nullable=False),  # the practice file, whole
    Column("version", Integer, nullable=False, server_default="1"),
    Column("updated_at", UtcTime, nullable=False),
)

sending_numbers = Table(  # what a practice texts from and is texted at, services included; also a sending lane
    "sending_numbers",
    metadata,
    _id(),
    _ref("practice_id", "practices", index=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("channel", String(5), nullable=False, server_default="text"),
    Column("next_free_at", UtcTime),  # None: never sent from
    Column("day", Date),  # of segments_today, midnight Pacific
    Column("segments_today", Integer, nullable=False, server_default="0"),
    Column("paused_reason", String(60)),  # while it has one, only codes and replies leave
    Column("paused_at", UtcTime),  # the next pause after this one lasts longer
    Column("paused_until", UtcTime),  # None: until staff say so
    Column("limited_until", UtcTime),  # the account may send no more: until then only codes and opt-out confirmations
)

people = Table(
    "people",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    Column("patient_id", String(100), nullable=False),  # the practice's own name for them
    Column("first_name", String(200), nullable=False),
    Column("last_name", String(200), nullable=False),
    Column("birth_date", Date),
    Column("zip", String(10)),
    Column("zip_zone", String(60)),  # the zone of that ZIP, worked out at import
    Column("language", String(2), nullable=False, server_default="en"),
    Column("time_zone", String(60)),
    Column("died", String(10)),  # reported, confirmed
    Column("notices_paused_until", UtcTime),
    Column("notices_paused_reason", String(60)),  # with no until: until staff say so
    # The cells as last imported: a cell that says the same again changes nothing, whatever happened since.
    Column("imported", Json, nullable=False, server_default="{}"),
    Column("import_id", Id),
    UniqueConstraint("practice_id", "patient_id"),
)

guarantors = Table(
    "guarantors",
    metadata,
    _ref("person_id", "people", null=False),
    _ref("guarantor_id", "people", index=True),
    UniqueConstraint("person_id", "guarantor_id"),
)

addresses = Table(  # phones and emails, per practice
    "addresses",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    Column("channel", String(5), nullable=False),  # text, email
    Column("address", String(320), nullable=False),  # E.164 or a lower-case mail address
    Column("verified", Boolean, nullable=False, server_default=text("true")),  # false: possible but not valid
    Column("zones", Json, nullable=False, server_default="[]"),  # every zone that the number allows
    Column("problem", String(20)),  # landline, unreachable, wrong_number, unknown, bounced
    Column("consent", String(10), nullable=False, server_default="none"),  # none, granted, revoked, held
    Column("consent_at", UtcTime),
    Column("first_notice_at", UtcTime),
    Column("stop_line_at", UtcTime),  # when a text last told them how to opt out
    Column("blocked", Boolean, nullable=False, server_default=text("false")),  # not the patient's: silent for good
    UniqueConstraint("practice_id", "channel", "address"),
)

person_addresses = Table(
    "person_addresses",
    metadata,
    _ref("person_id", "people"),
    _ref("address_id", "addresses", index=True),
    UniqueConstraint("person_id", "address_id"),
)

consents = Table(  # append-only evidence, kept at least six years; addresses.consent is its sum
    "consents",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    _ref("address_id", "addresses", index=True),
    _ref("person_id", "people", null=True),
    Column("channel", String(5), nullable=False),
    Column("status", String(10), nullable=False),
    Column("wording", Text, nullable=False),
    Column("source", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("inbox_id", Id),
)

encounters = Table(
    "encounters",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    _ref("person_id", "people", index=True),
    Column("encounter_id", String(100), nullable=False),
    Column("service_on", Date, nullable=False),
    Column("provider", String(200)),
    Column("location", String(200)),
    Column("description", Text),
    UniqueConstraint("practice_id", "encounter_id"),
)

charges = Table(
    "charges",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    _ref("person_id", "people", index=True),
    _ref("encounter_id", "encounters"),
    Column("charge_id", String(100), nullable=False),
    Column("service_on", Date, nullable=False),
    Column("description", Text),
    Column("billed_cents", BigInteger),
    Column("insurance_paid_cents", BigInteger),
    Column("adjustment_cents", BigInteger),
    Column("patient_owes_cents", BigInteger, nullable=False),
    Column("import_id", Id),
    UniqueConstraint("practice_id", "charge_id"),
)

entries = Table(  # the ledger: append-only, double entry; the postings of an entry sum to zero
    "entries",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    Column("kind", String(30), nullable=False),  # charge, charge_changed, payment, payment_elsewhere, undone …
    Column("reference", String(200), nullable=False),  # what makes it once: "charge:C1:2", "payment:ch_9"
    Column("at", UtcTime, nullable=False),
    Column("reason", String(200)),
    Column("undoes_id", Id, ForeignKey("entries.id")),
    Column("import_id", Id),
    UniqueConstraint("practice_id", "reference"),
    _few("ix_entries_undoes_id", "undoes_id"),
)

postings = Table(
    "postings",
    metadata,
    _id(),
    _ref("entry_id", "entries", index=True),
    Column("account", String(40), nullable=False),  # receivable, revenue, processor, elsewhere, credit
    _ref("person_id", "people"),
    _ref("charge_id", "charges", null=True),
    Column("cents", BigInteger, nullable=False),
    Index("ix_postings_balance", "person_id", "account", "charge_id", "cents"),
)

conversations = Table(
    "conversations",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    Column("address_id", Id, ForeignKey("addresses.id"), nullable=False, unique=True),
    Column("channel", String(5), nullable=False),
    Column("state", String(60), nullable=False, server_default="idle.ready"),
    Column("owner", String(10), nullable=False, server_default="bot"),
    Column("kept", Json, nullable=False),  # Conversation.to_json()
    _ref("number_id", "sending_numbers", null=True),  # the number of ours they know us by
    Column("last_in_at", UtcTime),
    Column("last_out_at", UtcTime),
    Column("needs_answer_since", UtcTime),
    Column("answer_due_at", UtcTime),
)

inbox = Table(  # everything that happened; unique for good, so that nothing is done twice
    "inbox",
    metadata,
    _id(),
    Column("provider", String(20), nullable=False),  # twilio, mail, timer, cli, page, sandbox, staff
    Column("provider_id", String(200), nullable=False),
    _ref("practice_id", "practices", null=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), index=True),
    Column("event", String(40), nullable=False),  # MessageReceived, NoticeDue …
    Column("received_at", UtcTime, nullable=False),
    Column("text", Text, nullable=False, server_default=""),  # card numbers already taken out
    Column("details", Json, nullable=False, server_default="{}"),
    Column("heard", String(80), nullable=False, server_default=""),
    Column("outcome", String(10), nullable=False, server_default="open"),  # answered, staff, silent, shunted
    Column("reason", String(200), nullable=False, server_default=""),
    UniqueConstraint("provider", "provider_id"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    _ref("conversation_id", "conversations"),  # the one of the address, and looked for by that
    _ref("address_id", "addresses"),
    Column("number_id", Id, ForeignKey("sending_numbers.id")),  # the lane; None for mail
    Column("channel", String(5), nullable=False),
    Column("kind", String(10), nullable=False),  # conversations.effects.Kind
    Column("rank", Integer, nullable=False),  # 0 codes and replies, 1 receipts, 2 notices
    Column("message", String(80), nullable=False),
    Column("language", String(2), nullable=False),
    Column("values", Json, nullable=False),
    Column("link", Json),  # OpenPayLink, without its token
    Column("code_id", Id, ForeignKey("codes.id")),
    Column("person_ids", Json, nullable=False, server_default="[]"),
    Column("ground", String(20), nullable=False),  # consent, reply, opt_out
    Column("ground_id", Id),  # the consent row or the inbox row
    Column("state", String(12), nullable=False, server_default="queued"),
    Column("held_by", String(60)),  # the rule that holds or dropped it
    Column("due_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),  # not worth sending after this
    Column("created_at", UtcTime, nullable=False),
    Column("submitted_at", UtcTime),  # the commit that marked it sending
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("segments", Integer),
    Column("provider_id", String(200), unique=True),
    Column("error_code", String(20)),
    Column("text", Text),  # as sent, but with {code} and {link} still in their places
    Column("notice_of", Id, ForeignKey("people.id")),
    Column("retry_of", Id, ForeignKey("outbox.id")),  # the one that did not arrive, when this is its second try
    Column("check_at", UtcTime),  # when to ask the provider what became of it; None: we know, or never will
    Column("follow_up", String(20)),  # what the road is still to be told: code_undelivered, notice_undelivered
    Column("account", String(40)),  # the practice's own at the provider, by which it left; None: everybody's
    Index("ix_outbox_claim", "state", "number_id", "rank", "due_at"),
    Index("ix_outbox_address", "address_id", "created_at"),
    _few("ix_outbox_code", "code_id"),
    _few("ix_outbox_notice_of", "notice_of", "created_at"),
    _few("ix_outbox_check_at", "check_at"),
    _few("ix_outbox_follow_up", "follow_up"),
)

message_states = Table(  # what the provider told us, in the order it came
    "message_states",
    metadata,
    _id(),
    Column("provider_id", String(200), nullable=False),
    Column("state", String(20), nullable=False),
    Column("error_code", String(20)),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("provider_id", "state"),
)

codes = Table(
    "codes",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    _ref("conversation_id", "conversations", index=True),  # the one that asked
    Column("way", String(5), nullable=False),
    Column("typed", String(6), nullable=False),  # thread, page
    Column("person_ids", Json, nullable=False),
    Column("digest", String(64)),  # keyed hash; None until it is sent
    Column("ordered_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("expires_at", UtcTime),
    Column("state", String(10), nullable=False, server_default="open"),  # open, used, older, void, blocked
    Column("wrong_tries", Integer, nullable=False, server_default="0"),
    Column("ask_id", Id),  # the form of our pages that asked for it: good there only
    Column("link_id", Id),  # the link whose page asked for it
    _few("ix_codes_ask_id", "ask_id", "ordered_at"),
    _few("ix_codes_sent_at", "sent_at"),  # for the share that nobody types back
)

code_tries = Table(  # wrong ones only; counted per asking side: a conversation, or a network on the web
    "code_tries",
    metadata,
    _id(),
    _ref("code_id", "codes", null=True),
    Column("side", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_code_tries_side_at", "side", "at"),
)

links = Table(
    "links",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), index=True),  # where it was sent; None: made to paste
    Column("person_ids", Json, nullable=False),
    Column("amount_cents", BigInteger),
    Column("owed_cents", BigInteger),  # when it was made, to say what changed
    Column("asks_code", Boolean, nullable=False),
    Column("page", String(10), nullable=False, server_default="balance"),  # balance, agreement, pay_only
    Column("made_by", String(20), nullable=False),  # conversation, cli, staff, api, patient
    Column("made_at", UtcTime, nullable=False),
    Column("open_until", UtcTime, nullable=False),  # the end of its hour
    Column("pressed_at", UtcTime),
    Column("voided_at", UtcTime),
    Index(
        "ix_links_shared",
        "practice_id",
        sqlite_where=text("page = 'pay_only'"),
        postgresql_where=text("page = 'pay_only'"),
    ),
)

page_sessions = Table(
    "page_sessions",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("link_id", Id, ForeignKey("links.id"), index=True),
    Column("conversation_id", Id, ForeignKey("conversations.id")),  # where the result of a payment is told
    Column("person_ids", Json, nullable=False),
    Column("proof", Integer, nullable=False),
    Column("language", String(2), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
)

code_asks = Table(  # a code asked for on one of our pages without a link: to sign in, or to confirm a new address
    "code_asks",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    Column("kind", String(8), nullable=False),  # sign_in, contact
    Column("token_digest", String(64), unique=True),  # of the cookie, until somebody is signed in
    Column("session_id", Id),  # whose page it is, once somebody is
    Column("network", String(80), nullable=False),
    Column("subject", String(64), nullable=False),  # keyed hash of whom they say they are: wrong tries count for it
    Column("typed", Json),  # what they wrote, until it has been looked up
    Column("person_ids", Json, nullable=False, server_default="[]"),  # whom the code will prove
    Column("language", String(2), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("asks", Integer, nullable=False, server_default="1"),
    Column("asked_at", UtcTime, nullable=False),
    Column("look_at", UtcTime),  # when to look it up and send the code; None: done
    Column("wrong_tries", Integer, nullable=False, server_default="0"),
    Column("ended_at", UtcTime),
    Index("ix_code_asks_network_made_at", "network", "made_at"),
    _few("ix_code_asks_look_at", "look_at"),
    _few("ix_code_asks_session_id", "session_id"),
)

payments = Table(  # one row per attempt; paid means a verified provider event and a ledger entry
    "payments",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    Column("link_id", Id, ForeignKey("links.id")),
    Column("conversation_id", Id, ForeignKey("conversations.id")),
    Column("person_ids", Json, nullable=False),
    Column("shares", Json, nullable=False),  # {person_id: cents}
    Column("amount_cents", BigInteger, nullable=False),
    Column("owed_cents", BigInteger, nullable=False),  # when it was begun: another balance means another quote
    Column("processor", String(20), nullable=False),
    Column("public_id", String(40), nullable=False, unique=True),  # opaque; all that the processor learns
    Column("processor_id", String(200), unique=True),
    Column("state", String(10), nullable=False),  # open, unknown, paid, declined, expired
    Column("card_brand", String(20)),
    Column("card_last4", String(4)),
    Column("receipt", String(40), unique=True),
    Column("entry_id", Id, ForeignKey("entries.id")),
    Column("made_at", UtcTime, nullable=False),
    Column("submitted_at", UtcTime),  # handed to the processor
    Column("settled_at", UtcTime),
    Column("polls", Integer, nullable=False, server_default="0"),
    Column("poll_at", UtcTime),
    Column("kind", String(12), nullable=False, server_default="checkout"),  # saved_card, installment
    Column("charge_ids", Json),  # the visits they chose; None: oldest first
    Column("keep_card", Boolean, nullable=False, server_default=text("false")),
    Column("made_by", String(200), nullable=False, server_default="patient"),  # or who of the staff, or the API key
    Column("checkout_url", Text),  # the processor's own page
    Column("expires_at", UtcTime),  # the checkout ends then
    Column("refunded_cents", BigInteger, nullable=False, server_default="0"),
    Column("disputed_cents", BigInteger, nullable=False, server_default="0"),
    Index("ix_payments_practice_id_state", "practice_id", "state"),
    _few("ix_payments_poll_at", "poll_at"),
)

payment_holds = Table(  # one open attempt per patient: the row is the guard
    "payment_holds",
    metadata,
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    _ref("payment_id", "payments", index=True),
)

reply_addresses = Table(  # what our mails can be answered at, bounced to and unsubscribed with
    "reply_addresses",
    metadata,
    _id(),
    _ref("conversation_id", "conversations", index=True),
    Column("kind", String(12), nullable=False),  # reply, bounce, unsubscribe
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("outbox_id", Id, ForeignKey("outbox.id")),  # the mail it went out with
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
)

redactions = Table(  # texts whose copy at the provider is to be emptied (PCI DSS 3.3.1)
    "redactions",
    metadata,
    _id(),
    _ref("inbox_id", "inbox", null=True),  # one of theirs, or else
    _ref("outbox_id", "outbox", null=True),  # one of ours
    Column("held", String(4), nullable=False, server_default="card"),  # card, code
    Column("provider", String(20), nullable=False),
    Column("provider_id", String(200), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("ask_at", UtcTime),  # when to ask the provider; None: done, or given up
    _few("ix_redactions_ask_at", "ask_at"),
)

timers = Table(
    "timers",
    metadata,
    _id(),
    _ref("conversation_id", "conversations", index=True),
    Column("state", String(60), nullable=False),
    Column("entered_turn", Integer, nullable=False),
    Column("reason", String(60), nullable=False),
    Column("due_at", UtcTime, nullable=False, index=True),
)

tasks = Table(
    "tasks",
    metadata,
    _id(),
    _ref("practice_id", "practices", null=True),
    Column("conversation_id", Id, ForeignKey("conversations.id")),
    Column("inbox_id", Id),
    Column("kind", String(60), nullable=False),
    Column("person_ids", Json, nullable=False, server_default="[]"),
    Column("urgent", Boolean, nullable=False, server_default=text("false")),
    Column("opened_at", UtcTime, nullable=False),
    Column("due_at", UtcTime),
    Column("done_at", UtcTime),
    Column("done_by", String(200)),
    Column("payment_id", Id),  # the payment that it is about
)

audit = Table(  # appended at once; sealed by a worker
    "audit",
    metadata,
    _id(),
    _ref("practice_id", "practices", null=True),
    Column("at", UtcTime, nullable=False),
    Column("who", String(200), nullable=False),
    Column("what", String(60), nullable=False),
    Column("details", Json, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    _id(),
    _ref("practice_id", "practices"),
    Column("kind", String(20), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("counts", Json, nullable=False),
    Column("undone_at", UtcTime),
)
