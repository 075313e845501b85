"""What we sent somebody is looked for by the address alone: every message was in two indexes"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_outbox_conversation_id"), table_name="outbox")


def downgrade() -> None:
    op.create_index(op.f("ix_outbox_conversation_id"), "outbox", ["conversation_id"], unique=False)
