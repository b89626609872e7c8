"""The reason of an observation as data, beside its sentence."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("observations", sa.Column("because", sa.Text()))
