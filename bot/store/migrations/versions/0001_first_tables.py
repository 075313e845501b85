"""The first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bot.store.append_only import guard, unguard

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BOOKS = ("entries", "postings", "consents", "audit")


def upgrade() -> None:  # noqa: PLR0915 - one statement a table
    op.create_table(
        "message_states",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("provider_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("error_code", sa.String(length=20), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_states")),
        sa.UniqueConstraint("provider_id", "state", name=op.f("uq_message_states_provider_id_state")),
    )
    op.create_table(
        "practices",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("file", JSON, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practices")),
        sa.UniqueConstraint("slug", name=op.f("uq_practices_slug")),
    )
    op.create_table(
        "addresses",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("verified", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("zones", JSON, server_default="[]", nullable=False),
        sa.Column("problem", sa.String(length=20), nullable=True),
        sa.Column("consent", sa.String(length=10), server_default="none", nullable=False),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_notice_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_line_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_addresses_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("practice_id", "channel", "address", name=op.f("uq_addresses_practice_id_channel_address")),
    )
    op.create_table(
        "audit",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_audit_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "entries",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("undoes_id", ID, nullable=True),
        sa.Column("import_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_entries_practice_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["entries.id"], name=op.f("fk_entries_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("practice_id", "reference", name=op.f("uq_entries_practice_id_reference")),
    )
    op.create_table(
        "imports",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_imports_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_table(
        "people",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("patient_id", sa.String(length=100), nullable=False),
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("last_name", sa.String(length=200), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("zip", sa.String(length=10), nullable=True),
        sa.Column("zip_zone", sa.String(length=60), nullable=True),
        sa.Column("language", sa.String(length=2), server_default="en", nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=True),
        sa.Column("died", sa.String(length=10), nullable=True),
        sa.Column("notices_paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notices_paused_reason", sa.String(length=60), nullable=True),
        sa.Column("imported", JSON, server_default="{}", nullable=False),
        sa.Column("import_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_people_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("practice_id", "patient_id", name=op.f("uq_people_practice_id_patient_id")),
    )
    op.create_table(
        "sending_numbers",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=5), server_default="text", nullable=False),
        sa.Column("next_free_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("segments_today", sa.Integer(), server_default="0", nullable=False),
        sa.Column("paused_reason", sa.String(length=60), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_sending_numbers_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_numbers")),
        sa.UniqueConstraint("number", name=op.f("uq_sending_numbers_number")),
    )
    op.create_index(op.f("ix_sending_numbers_practice_id"), "sending_numbers", ["practice_id"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("address_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("inbox_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_consents_address_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_consents_person_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_consents_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_address_id"), "consents", ["address_id"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("address_id", ID, nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=60), server_default="idle.ready", nullable=False),
        sa.Column("owner", sa.String(length=10), server_default="bot", nullable=False),
        sa.Column("kept", JSON, nullable=False),
        sa.Column("number_id", ID, nullable=True),
        sa.Column("last_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("needs_answer_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_conversations_address_id")),
        sa.ForeignKeyConstraint(["number_id"], ["sending_numbers.id"], name=op.f("fk_conversations_number_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_conversations_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("address_id", name=op.f("uq_conversations_address_id")),
    )
    op.create_table(
        "encounters",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("encounter_id", sa.String(length=100), nullable=False),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column("provider", sa.String(length=200), nullable=True),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_encounters_person_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_encounters_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounters")),
        sa.UniqueConstraint("practice_id", "encounter_id", name=op.f("uq_encounters_practice_id_encounter_id")),
    )
    op.create_index(op.f("ix_encounters_person_id"), "encounters", ["person_id"], unique=False)
    op.create_table(
        "guarantors",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("guarantor_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["guarantor_id"], ["people.id"], name=op.f("fk_guarantors_guarantor_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_guarantors_person_id")),
        sa.UniqueConstraint("person_id", "guarantor_id", name=op.f("uq_guarantors_person_id_guarantor_id")),
    )
    op.create_index(op.f("ix_guarantors_guarantor_id"), "guarantors", ["guarantor_id"], unique=False)
    op.create_table(
        "person_addresses",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("address_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_person_addresses_address_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_person_addresses_person_id")),
        sa.UniqueConstraint("person_id", "address_id", name=op.f("uq_person_addresses_person_id_address_id")),
    )
    op.create_index(op.f("ix_person_addresses_address_id"), "person_addresses", ["address_id"], unique=False)
    op.create_table(
        "charges",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("encounter_id", ID, nullable=False),
        sa.Column("charge_id", sa.String(length=100), nullable=False),
        sa.Column("service_on", sa.Date(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("billed_cents", sa.BigInteger(), nullable=True),
        sa.Column("insurance_paid_cents", sa.BigInteger(), nullable=True),
        sa.Column("adjustment_cents", sa.BigInteger(), nullable=True),
        sa.Column("patient_owes_cents", sa.BigInteger(), nullable=False),
        sa.Column("import_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounters.id"], name=op.f("fk_charges_encounter_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_charges_person_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_charges_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charges")),
        sa.UniqueConstraint("practice_id", "charge_id", name=op.f("uq_charges_practice_id_charge_id")),
    )
    op.create_index(op.f("ix_charges_person_id"), "charges", ["person_id"], unique=False)
    op.create_table(
        "codes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("way", sa.String(length=5), nullable=False),
        sa.Column("typed", sa.String(length=6), nullable=False),
        sa.Column("person_ids", JSON, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=10), server_default="open", nullable=False),
        sa.Column("wrong_tries", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_codes_conversation_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_codes_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
    )
    op.create_index(op.f("ix_codes_conversation_id"), "codes", ["conversation_id"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=200), nullable=False),
        sa.Column("practice_id", ID, nullable=True),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("details", JSON, server_default="{}", nullable=False),
        sa.Column("heard", sa.String(length=80), server_default="", nullable=False),
        sa.Column("outcome", sa.String(length=10), server_default="open", nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_inbox_conversation_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_inbox_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("provider", "provider_id", name=op.f("uq_inbox_provider_provider_id")),
    )
    op.create_index(op.f("ix_inbox_conversation_id"), "inbox", ["conversation_id"], unique=False)
    op.create_table(
        "links",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("person_ids", JSON, nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("owed_cents", sa.BigInteger(), nullable=True),
        sa.Column("asks_code", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pressed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_links_conversation_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_links_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_links_token_digest")),
    )
    op.create_index(op.f("ix_links_conversation_id"), "links", ["conversation_id"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=True),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("inbox_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("person_ids", JSON, server_default="[]", nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_tasks_conversation_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_tasks_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_table(
        "timers",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("entered_turn", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_timers_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
    )
    op.create_index(op.f("ix_timers_conversation_id"), "timers", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_timers_due_at"), "timers", ["due_at"], unique=False)
    op.create_table(
        "code_tries",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("code_id", ID, nullable=True),
        sa.Column("side", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["code_id"], ["codes.id"], name=op.f("fk_code_tries_code_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_tries")),
    )
    op.create_index("ix_code_tries_side_at", "code_tries", ["side", "at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("address_id", ID, nullable=False),
        sa.Column("number_id", ID, nullable=True),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("link", JSON, nullable=True),
        sa.Column("code_id", ID, nullable=True),
        sa.Column("person_ids", JSON, server_default="[]", nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("ground_id", ID, nullable=True),
        sa.Column("state", sa.String(length=12), server_default="queued", nullable=False),
        sa.Column("held_by", sa.String(length=60), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("segments", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.String(length=200), nullable=True),
        sa.Column("error_code", sa.String(length=20), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("notice_of", ID, nullable=True),
        sa.Column("retry_of", ID, nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follow_up", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_outbox_address_id")),
        sa.ForeignKeyConstraint(["code_id"], ["codes.id"], name=op.f("fk_outbox_code_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_outbox_conversation_id")),
        sa.ForeignKeyConstraint(["notice_of"], ["people.id"], name=op.f("fk_outbox_notice_of")),
        sa.ForeignKeyConstraint(["number_id"], ["sending_numbers.id"], name=op.f("fk_outbox_number_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_outbox_practice_id")),
        sa.ForeignKeyConstraint(["retry_of"], ["outbox.id"], name=op.f("fk_outbox_retry_of")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_outbox_provider_id")),
    )
    op.create_index("ix_outbox_address", "outbox", ["address_id", "created_at"], unique=False)
    op.create_index(
        "ix_outbox_check_at",
        "outbox",
        ["check_at"],
        unique=False,
        sqlite_where=sa.text("check_at IS NOT NULL"),
        postgresql_where=sa.text("check_at IS NOT NULL"),
    )
    op.create_index("ix_outbox_claim", "outbox", ["state", "number_id", "rank", "due_at"], unique=False)
    op.create_index(
        "ix_outbox_code",
        "outbox",
        ["code_id"],
        unique=False,
        sqlite_where=sa.text("code_id IS NOT NULL"),
        postgresql_where=sa.text("code_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_outbox_conversation_id"), "outbox", ["conversation_id"], unique=False)
    op.create_index(
        "ix_outbox_follow_up",
        "outbox",
        ["follow_up"],
        unique=False,
        sqlite_where=sa.text("follow_up IS NOT NULL"),
        postgresql_where=sa.text("follow_up IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_notice_of",
        "outbox",
        ["notice_of", "created_at"],
        unique=False,
        sqlite_where=sa.text("notice_of IS NOT NULL"),
        postgresql_where=sa.text("notice_of IS NOT NULL"),
    )
    op.create_table(
        "page_sessions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("link_id", ID, nullable=True),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("person_ids", JSON, nullable=False),
        sa.Column("proof", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_page_sessions_conversation_id")
        ),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_page_sessions_link_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_page_sessions_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_sessions")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_page_sessions_token_digest")),
    )
    op.create_index(op.f("ix_page_sessions_link_id"), "page_sessions", ["link_id"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("link_id", ID, nullable=True),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("person_ids", JSON, nullable=False),
        sa.Column("shares", JSON, nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("owed_cents", sa.BigInteger(), nullable=False),
        sa.Column("processor", sa.String(length=20), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("processor_id", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("card_brand", sa.String(length=20), nullable=True),
        sa.Column("card_last4", sa.String(length=4), nullable=True),
        sa.Column("receipt", sa.String(length=40), nullable=True),
        sa.Column("entry_id", ID, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("polls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("poll_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_payments_conversation_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_payments_entry_id")),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_payments_link_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_payments_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("processor_id", name=op.f("uq_payments_processor_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payments_public_id")),
        sa.UniqueConstraint("receipt", name=op.f("uq_payments_receipt")),
    )
    op.create_table(
        "postings",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("charge_id", ID, nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["charge_id"], ["charges.id"], name=op.f("fk_postings_charge_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_postings_entry_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_postings_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
    )
    op.create_index("ix_postings_balance", "postings", ["person_id", "account", "charge_id", "cents"], unique=False)
    op.create_index(op.f("ix_postings_entry_id"), "postings", ["entry_id"], unique=False)
    op.create_table(
        "redactions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_redactions_inbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redactions")),
    )
    op.create_index("ix_redactions_done_at", "redactions", ["done_at"], unique=False)
    op.create_table(
        "payment_holds",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("payment_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_holds_payment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_payment_holds_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_payment_holds")),
    )
    op.create_index(op.f("ix_payment_holds_payment_id"), "payment_holds", ["payment_id"], unique=False)
    op.create_table(
        "reply_addresses",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("outbox_id", ID, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_reply_addresses_conversation_id")
        ),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_reply_addresses_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_addresses")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_reply_addresses_token_digest")),
    )
    op.create_index(op.f("ix_reply_addresses_conversation_id"), "reply_addresses", ["conversation_id"], unique=False)
    guard(op.get_bind(), BOOKS)


def downgrade() -> None:  # noqa: PLR0915
    unguard(op.get_bind(), BOOKS)
    op.drop_index(op.f("ix_reply_addresses_conversation_id"), table_name="reply_addresses")
    op.drop_table("reply_addresses")
    op.drop_index(op.f("ix_payment_holds_payment_id"), table_name="payment_holds")
    op.drop_table("payment_holds")
    op.drop_index("ix_redactions_done_at", table_name="redactions")
    op.drop_table("redactions")
    op.drop_index(op.f("ix_postings_entry_id"), table_name="postings")
    op.drop_index("ix_postings_balance", table_name="postings")
    op.drop_table("postings")
    op.drop_table("payments")
    op.drop_index(op.f("ix_page_sessions_link_id"), table_name="page_sessions")
    op.drop_table("page_sessions")
    op.drop_index(
        "ix_outbox_notice_of",
        table_name="outbox",
        sqlite_where=sa.text("notice_of IS NOT NULL"),
        postgresql_where=sa.text("notice_of IS NOT NULL"),
    )
    op.drop_index(
        "ix_outbox_follow_up",
        table_name="outbox",
        sqlite_where=sa.text("follow_up IS NOT NULL"),
        postgresql_where=sa.text("follow_up IS NOT NULL"),
    )
    op.drop_index(op.f("ix_outbox_conversation_id"), table_name="outbox")
    op.drop_index(
        "ix_outbox_code",
        table_name="outbox",
        sqlite_where=sa.text("code_id IS NOT NULL"),
        postgresql_where=sa.text("code_id IS NOT NULL"),
    )
    op.drop_index("ix_outbox_claim", table_name="outbox")
    op.drop_index(
        "ix_outbox_check_at",
        table_name="outbox",
        sqlite_where=sa.text("check_at IS NOT NULL"),
        postgresql_where=sa.text("check_at IS NOT NULL"),
    )
    op.drop_index("ix_outbox_address", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("ix_code_tries_side_at", table_name="code_tries")
    op.drop_table("code_tries")
    op.drop_index(op.f("ix_timers_due_at"), table_name="timers")
    op.drop_index(op.f("ix_timers_conversation_id"), table_name="timers")
    op.drop_table("timers")
    op.drop_table("tasks")
    op.drop_index(op.f("ix_links_conversation_id"), table_name="links")
    op.drop_table("links")
    op.drop_index(op.f("ix_inbox_conversation_id"), table_name="inbox")
    op.drop_table("inbox")
    op.drop_index(op.f("ix_codes_conversation_id"), table_name="codes")
    op.drop_table("codes")
    op.drop_index(op.f("ix_charges_person_id"), table_name="charges")
    op.drop_table("charges")
    op.drop_index(op.f("ix_person_addresses_address_id"), table_name="person_addresses")
    op.drop_table("person_addresses")
    op.drop_index(op.f("ix_guarantors_guarantor_id"), table_name="guarantors")
    op.drop_table("guarantors")
    op.drop_index(op.f("ix_encounters_person_id"), table_name="encounters")
    op.drop_table("encounters")
    op.drop_table("conversations")
    op.drop_index(op.f("ix_consents_address_id"), table_name="consents")
    op.drop_table("consents")
    op.drop_index(op.f("ix_sending_numbers_practice_id"), table_name="sending_numbers")
    op.drop_table("sending_numbers")
    op.drop_table("people")
    op.drop_table("imports")
    op.drop_table("entries")
    op.drop_table("audit")
    op.drop_table("addresses")
    op.drop_table("practices")
    op.drop_table("message_states")
