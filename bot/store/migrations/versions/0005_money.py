"""Saved cards, mandates, plans, promises, reviews, refunds, and what payments know about them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _forms()
    op.create_table(
        "sandbox_book",
        sa.Column("processor_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("told", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("processor_id", name=op.f("pk_sandbox_book")),
    )
    op.create_index(op.f("ix_sandbox_book_at"), "sandbox_book", ["at"], unique=False)
    op.create_table(
        "reconciliations",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("processor", sa.String(length=20), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("processor_cents", sa.BigInteger(), nullable=False),
        sa.Column("books_cents", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("unexplained", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_reconciliations_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
        sa.UniqueConstraint(
            "practice_id", "processor", "until", name=op.f("uq_reconciliations_practice_id_processor_until")
        ),
    )
    op.create_table(
        "cards",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("processor", sa.String(length=20), nullable=False),
        sa.Column("customer", sa.String(length=200), nullable=False),
        sa.Column("token", sa.String(length=200), nullable=False),
        sa.Column("brand", sa.String(length=20), nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("saved_at", TIME, nullable=False),
        sa.Column("held_until", TIME, nullable=True),
        sa.Column("removed_at", TIME, nullable=True),
        sa.Column("removed_by", sa.String(length=200), nullable=True),
        sa.Column("forgotten_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_cards_person_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_cards_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("processor", "token", name=op.f("uq_cards_processor_token")),
    )
    op.create_index(op.f("ix_cards_person_id"), "cards", ["person_id"], unique=False)
    op.create_table(
        "plans",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("waits", sa.String(length=10), server_default="", nullable=False),
        sa.Column("waits_since", TIME, nullable=True),
        sa.Column("balance_cents", sa.BigInteger(), nullable=False),
        sa.Column("discount_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("monthly_cents", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("card_id", ID, nullable=True),
        sa.Column("paused_at", TIME, nullable=True),
        sa.Column("agreement", sa.Text(), nullable=True),
        sa.Column("agreement_version", sa.String(length=20), nullable=True),
        sa.Column("signed_name", sa.String(length=200), nullable=True),
        sa.Column("signed_at", TIME, nullable=True),
        sa.Column("signed_network", sa.String(length=60), nullable=True),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("reminded_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("ended_why", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_plans_card_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_plans_conversation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_plans_person_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_plans_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    op.create_index(op.f("ix_plans_person_id"), "plans", ["person_id"], unique=False)
    op.create_index("ix_plans_state", "plans", ["state"], unique=False)
    op.create_index(
        "uq_plans_person_id_open",
        "plans",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('active', 'dormant')"),
        postgresql_where=sa.text("state IN ('active', 'dormant')"),
    )
    op.create_table(
        "promises",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("person_ids", JSON, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("told_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_promises_conversation_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_promises_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
    )
    op.create_index(op.f("ix_promises_conversation_id"), "promises", ["conversation_id"], unique=False)
    op.create_index("ix_promises_state_due_on", "promises", ["state", "due_on"], unique=False)
    op.create_table(
        "aid_requests",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("network", sa.String(length=80), server_default="", nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_aid_requests_person_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_aid_requests_practice_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_aid_requests_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aid_requests")),
    )
    op.create_index(op.f("ix_aid_requests_person_id"), "aid_requests", ["person_id"], unique=False)
    op.create_table(
        "installments",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("changed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("announced_at", TIME, nullable=True),
        sa.Column("announced_in", ID, nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("try_at", TIME, nullable=True),
        sa.Column("paid_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["announced_in"], ["conversations.id"], name=op.f("fk_installments_announced_in")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_installments_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installments")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_installments_plan_id_number")),
    )
    op.create_index("ix_installments_state_try_at", "installments", ["state", "try_at"], unique=False)
    op.create_table(
        "plan_events",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("what", sa.String(length=30), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("details", JSON, server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_events_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_events")),
    )
    op.create_index(op.f("ix_plan_events_plan_id"), "plan_events", ["plan_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("person_ids", JSON, nullable=False),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_reviews_conversation_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_reviews_practice_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_reviews_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("practice_id", "number", name=op.f("uq_reviews_practice_id_number")),
    )
    op.create_index(op.f("ix_reviews_conversation_id"), "reviews", ["conversation_id"], unique=False)
    op.create_table(
        "mandates",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("card_id", ID, nullable=True),
        sa.Column("payment_id", ID, nullable=True),
        sa.Column("plan_id", ID, nullable=True),
        sa.Column("by_text", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("network", sa.String(length=60), nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_mandates_card_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_mandates_payment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mandates_person_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_mandates_plan_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_mandates_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
    )
    op.create_index(op.f("ix_mandates_card_id"), "mandates", ["card_id"], unique=False)
    op.create_index(op.f("ix_mandates_payment_id"), "mandates", ["payment_id"], unique=False)
    op.create_index(op.f("ix_mandates_person_id"), "mandates", ["person_id"], unique=False)
    op.create_index(op.f("ix_mandates_plan_id"), "mandates", ["plan_id"], unique=False)
    op.create_table(
        "refunds",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("payment_id", ID, nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("processor_id", sa.String(length=200), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("still_owed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("submitted_at", TIME, nullable=True),
        sa.Column("look_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("entry_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_refunds_entry_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_refunds_payment_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_refunds_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("processor_id", name=op.f("uq_refunds_processor_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_refunds_public_id")),
    )
    op.create_index("ix_refunds_look_at", "refunds", ["look_at"], unique=False)
    op.create_index(op.f("ix_refunds_payment_id"), "refunds", ["payment_id"], unique=False)
    op.create_table(
        "payment_people",
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("payment_id", ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_people_payment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_payment_people_person_id")),
        sa.PrimaryKeyConstraint("person_id", "payment_id", name=op.f("pk_payment_people")),
    )
    op.create_table(
        "card_charges",
        sa.Column("payment_id", ID, autoincrement=False, nullable=False),
        sa.Column("card_id", ID, nullable=False),
        sa.Column("mandate_id", ID, nullable=False),
        sa.Column("installment_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_card_charges_card_id")),
        sa.ForeignKeyConstraint(["installment_id"], ["installments.id"], name=op.f("fk_card_charges_installment_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name=op.f("fk_card_charges_mandate_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_card_charges_payment_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_card_charges")),
    )
    op.create_index(op.f("ix_card_charges_card_id"), "card_charges", ["card_id"], unique=False)
    op.create_index(op.f("ix_card_charges_installment_id"), "card_charges", ["installment_id"], unique=False)
    op.add_column("links", sa.Column("page", sa.String(length=10), server_default="balance", nullable=False))
    op.create_index(
        "ix_links_shared",
        "links",
        ["practice_id"],
        unique=False,
        sqlite_where=sa.text("page = 'pay_only'"),
        postgresql_where=sa.text("page = 'pay_only'"),
    )
    op.add_column("tasks", sa.Column("payment_id", ID, nullable=True))
    op.add_column("payments", sa.Column("kind", sa.String(length=12), server_default="checkout", nullable=False))
    op.add_column("payments", sa.Column("charge_ids", JSON, nullable=True))
    op.add_column("payments", sa.Column("keep_card", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
    op.add_column("payments", sa.Column("made_by", sa.String(length=200), server_default="patient", nullable=False))
    op.add_column("payments", sa.Column("checkout_url", sa.Text(), nullable=True))
    op.add_column("payments", sa.Column("expires_at", TIME, nullable=True))
    op.add_column("payments", sa.Column("refunded_cents", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("payments", sa.Column("disputed_cents", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("ix_payments_practice_id_state", "payments", ["practice_id", "state"], unique=False)
    op.create_index(
        "ix_entries_undoes_id",
        "entries",
        ["undoes_id"],
        unique=False,
        sqlite_where=sa.text("undoes_id IS NOT NULL"),
        postgresql_where=sa.text("undoes_id IS NOT NULL"),
    )
    op.create_index(
        "ix_payments_poll_at",
        "payments",
        ["poll_at"],
        unique=False,
        sqlite_where=sa.text("poll_at IS NOT NULL"),
        postgresql_where=sa.text("poll_at IS NOT NULL"),
    )
    _whom_payments_were_for()


def _whom_payments_were_for() -> None:
    """Payments made before this are found by patient, too."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "INSERT INTO payment_people (person_id, payment_id) SELECT CAST(person AS BIGINT), payments.id "
            "FROM payments, jsonb_object_keys(payments.shares) AS person"
        )
    else:
        op.execute(
            "INSERT INTO payment_people (person_id, payment_id) SELECT CAST(share.key AS INTEGER), payments.id "
            "FROM payments, json_each(payments.shares) AS share"
        )


def _forms() -> None:
    """Forms of the pages that ask for codes, and the codes they asked for."""
    op.create_table(
        "code_asks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("session_id", ID, nullable=True),
        sa.Column("network", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("typed", JSON, nullable=True),
        sa.Column("person_ids", JSON, server_default="[]", nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("asks", sa.Integer(), server_default="1", nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("look_at", TIME, nullable=True),
        sa.Column("wrong_tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_code_asks_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_asks")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_code_asks_token_digest")),
    )
    op.create_index("ix_code_asks_network_made_at", "code_asks", ["network", "made_at"], unique=False)
    op.create_index(
        "ix_code_asks_look_at",
        "code_asks",
        ["look_at"],
        unique=False,
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.create_index(
        "ix_code_asks_session_id",
        "code_asks",
        ["session_id"],
        unique=False,
        sqlite_where=sa.text("session_id IS NOT NULL"),
        postgresql_where=sa.text("session_id IS NOT NULL"),
    )
    op.add_column("codes", sa.Column("ask_id", ID, nullable=True))
    op.create_index(
        "ix_codes_ask_id",
        "codes",
        ["ask_id", "ordered_at"],
        unique=False,
        sqlite_where=sa.text("ask_id IS NOT NULL"),
        postgresql_where=sa.text("ask_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_entries_undoes_id", table_name="entries")
    op.drop_index("ix_payments_practice_id_state", table_name="payments")
    _drop_forms()
    op.drop_column("tasks", "payment_id")
    op.drop_column("payments", "disputed_cents")
    op.drop_column("payments", "refunded_cents")
    op.drop_column("payments", "expires_at")
    op.drop_column("payments", "checkout_url")
    op.drop_column("payments", "made_by")
    op.drop_column("payments", "keep_card")
    op.drop_column("payments", "charge_ids")
    op.drop_column("payments", "kind")
    op.drop_index(
        "ix_links_shared",
        table_name="links",
        sqlite_where=sa.text("page = 'pay_only'"),
        postgresql_where=sa.text("page = 'pay_only'"),
    )
    op.drop_column("links", "page")
    op.drop_index(
        "ix_payments_poll_at",
        table_name="payments",
        sqlite_where=sa.text("poll_at IS NOT NULL"),
        postgresql_where=sa.text("poll_at IS NOT NULL"),
    )
    op.drop_table("payment_people")
    op.drop_index(op.f("ix_card_charges_installment_id"), table_name="card_charges")
    op.drop_index(op.f("ix_card_charges_card_id"), table_name="card_charges")
    op.drop_table("card_charges")
    op.drop_index(op.f("ix_refunds_payment_id"), table_name="refunds")
    op.drop_index("ix_refunds_look_at", table_name="refunds")
    op.drop_table("refunds")
    op.drop_index(op.f("ix_mandates_plan_id"), table_name="mandates")
    op.drop_index(op.f("ix_mandates_person_id"), table_name="mandates")
    op.drop_index(op.f("ix_mandates_payment_id"), table_name="mandates")
    op.drop_index(op.f("ix_mandates_card_id"), table_name="mandates")
    op.drop_table("mandates")
    op.drop_index(op.f("ix_reviews_conversation_id"), table_name="reviews")
    op.drop_table("reviews")
    op.drop_index(op.f("ix_plan_events_plan_id"), table_name="plan_events")
    op.drop_table("plan_events")
    op.drop_index("ix_installments_state_try_at", table_name="installments")
    op.drop_table("installments")
    op.drop_index(op.f("ix_aid_requests_person_id"), table_name="aid_requests")
    op.drop_table("aid_requests")
    op.drop_index("ix_promises_state_due_on", table_name="promises")
    op.drop_index(op.f("ix_promises_conversation_id"), table_name="promises")
    op.drop_table("promises")
    op.drop_index(
        "uq_plans_person_id_open",
        table_name="plans",
        sqlite_where=sa.text("state IN ('active', 'dormant')"),
        postgresql_where=sa.text("state IN ('active', 'dormant')"),
    )
    op.drop_index("ix_plans_state", table_name="plans")
    op.drop_index(op.f("ix_plans_person_id"), table_name="plans")
    op.drop_table("plans")
    op.drop_index(op.f("ix_cards_person_id"), table_name="cards")
    op.drop_table("cards")
    op.drop_table("reconciliations")
    op.drop_index(op.f("ix_sandbox_book_at"), table_name="sandbox_book")
    op.drop_table("sandbox_book")


def _drop_forms() -> None:
    op.drop_index(
        "ix_codes_ask_id",
        table_name="codes",
        sqlite_where=sa.text("ask_id IS NOT NULL"),
        postgresql_where=sa.text("ask_id IS NOT NULL"),
    )
    op.drop_column("codes", "ask_id")
    op.drop_index(
        "ix_code_asks_look_at",
        table_name="code_asks",
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_code_asks_session_id",
        table_name="code_asks",
        sqlite_where=sa.text("session_id IS NOT NULL"),
        postgresql_where=sa.text("session_id IS NOT NULL"),
    )
    op.drop_index("ix_code_asks_network_made_at", table_name="code_asks")
    op.drop_table("code_asks")
