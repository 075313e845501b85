"""Staff of the console: who they are, their set-up links, sessions and failed tries"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_staff_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    for table, ends in (("staff_links", "expires_at"), ("staff_sessions", "seen_at")):
        op.create_table(
            table,
            sa.Column("id", ID, autoincrement=True, nullable=False),
            sa.Column("staff_id", ID, nullable=False),
            sa.Column("token_digest", sa.String(length=64), nullable=False),
            sa.Column("made_at", TIME, nullable=False),
            sa.Column(ends, TIME, nullable=False),
            sa.Column("ended_at", TIME, nullable=True),
            sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f(f"fk_{table}_staff_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("token_digest", name=op.f(f"uq_{table}_token_digest")),
        )
        op.create_index(op.f(f"ix_{table}_staff_id"), table, ["staff_id"])
    op.create_table(
        "sign_in_tries",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("email_digest", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=60), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_tries")),
    )
    op.create_index("ix_sign_in_tries_email_digest", "sign_in_tries", ["email_digest", "at"])
    op.create_index("ix_sign_in_tries_network", "sign_in_tries", ["network", "at"])


def downgrade() -> None:
    for table in ("sign_in_tries", "staff_sessions", "staff_links", "staff"):
        op.drop_table(table)
