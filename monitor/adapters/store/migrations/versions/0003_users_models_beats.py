"""Devices: model, and which of the device's users the patient is. Observations: beats, user."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("devices", sa.Column("user", sa.Integer()))
    op.add_column("devices", sa.Column("model", sa.Text()))
    op.add_column("observations", sa.Column("rr", sa.LargeBinary()))
    op.add_column("observations", sa.Column("user", sa.Integer()))
