"""Devices: the patient's user of each, and its model. Observations: beats, and a cuff's user."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("devices", sa.Column("user", sa.Integer()))
    op.add_column("devices", sa.Column("model", sa.Text()))
    op.add_column("observations", sa.Column("rr", sa.LargeBinary()))
    op.add_column("observations", sa.Column("user", sa.Integer()))
