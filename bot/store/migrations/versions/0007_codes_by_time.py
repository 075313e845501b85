"""How many codes of the last hour were typed back: they are found by the time they were sent"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sent = sa.text("sent_at IS NOT NULL")
    op.create_index("ix_codes_sent_at", "codes", ["sent_at"], sqlite_where=sent, postgresql_where=sent)


def downgrade() -> None:
    op.drop_index("ix_codes_sent_at", table_name="codes")
