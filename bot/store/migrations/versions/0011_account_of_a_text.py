"""A text knows by which account of its practice it left: asked there what became of it, whatever the file says now"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("account", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "account")
