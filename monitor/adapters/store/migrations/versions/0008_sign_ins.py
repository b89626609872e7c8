"""Users: since when a new password is required, and the time from which browsers are recognized."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("users", sa.Column("reset_at", sa.Double()))
    op.add_column("users", sa.Column("browsers_since", sa.Double()))
