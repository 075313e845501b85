"""Codes that the page of a link asked for are told from those of its conversation: they are good in that link only"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("codes", sa.Column("link_id", ID, nullable=True))


def downgrade() -> None:
    op.drop_column("codes", "link_id")
