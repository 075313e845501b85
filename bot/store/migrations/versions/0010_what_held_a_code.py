"""Texts of ours that held a code are emptied at the provider too; a number knows since when it is paused, and limits"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("redactions") as redactions:
        redactions.alter_column("inbox_id", existing_type=ID, nullable=True)
        redactions.add_column(sa.Column("outbox_id", ID, nullable=True))
        redactions.add_column(sa.Column("held", sa.String(length=4), server_default="card", nullable=False))
        redactions.create_foreign_key(op.f("fk_redactions_outbox_id"), "outbox", ["outbox_id"], ["id"])
    op.add_column("sending_numbers", sa.Column("paused_at", TIME, nullable=True))
    op.add_column("sending_numbers", sa.Column("limited_until", TIME, nullable=True))


def downgrade() -> None:
    op.drop_column("sending_numbers", "limited_until")
    op.drop_column("sending_numbers", "paused_at")
    op.execute("DELETE FROM redactions WHERE inbox_id IS NULL")
    with op.batch_alter_table("redactions") as redactions:
        redactions.drop_constraint(op.f("fk_redactions_outbox_id"), type_="foreignkey")
        redactions.drop_column("held")
        redactions.drop_column("outbox_id")
        redactions.alter_column("inbox_id", existing_type=ID, nullable=False)
