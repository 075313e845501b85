"""Messages that the provider will not empty are asked about less and less often, and not for ever"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("redactions", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("redactions", sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE redactions SET ask_at = asked_at WHERE done_at IS NULL")
    op.drop_index("ix_redactions_done_at", table_name="redactions")
    waits = sa.text("ask_at IS NOT NULL")
    op.create_index("ix_redactions_ask_at", "redactions", ["ask_at"], sqlite_where=waits, postgresql_where=waits)


def downgrade() -> None:
    op.drop_index("ix_redactions_ask_at", table_name="redactions")
    op.create_index("ix_redactions_done_at", "redactions", ["done_at"], unique=False)
    op.drop_column("redactions", "ask_at")
    op.drop_column("redactions", "tries")
