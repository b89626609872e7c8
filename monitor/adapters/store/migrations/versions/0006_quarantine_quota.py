"""Quarantine: lane, bytes and count of each row; the number of rows dropped.

This step deletes the rows of an earlier version beyond the overall quota: they may be millions.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

# The file's name contains the number of this step.
revision = Path(__file__).name[:4]
down_revision = f"{int(revision) - 1:04}"

MOST = 50_000


def upgrade() -> None:
    for column in (
        sa.Column("lane", sa.Text(), nullable=False, server_default=""),
        sa.Column("bytes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("count", sa.Integer(), nullable=False, server_default="1"),
    ):
        op.add_column("quarantine", column)
    op.create_table(
        "quarantine_dropped",
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("lane", name="pk_quarantine_dropped"),
    )
    connection = op.get_bind()
    held = sa.table(
        "quarantine", sa.column("id", sa.BigInteger), sa.column("at", sa.Double),
        sa.column("topic", sa.Text), sa.column("reason", sa.Text),
        sa.column("excerpt", sa.LargeBinary), sa.column("device", sa.Text),
        sa.column("lane", sa.Text), sa.column("bytes", sa.Integer),
    )  # fmt: skip
    dropped = sa.table(
        "quarantine_dropped", sa.column("lane", sa.Text), sa.column("rows", sa.BigInteger),
        sa.column("since", sa.Double), sa.column("at", sa.Double),
    )  # fmt: skip
    devices = sa.table("devices", sa.column("id", sa.Text))
    newest = sa.select(held.c.id).order_by(held.c.id.desc()).offset(MOST).limit(1)
    last = connection.execute(newest).scalar()
    if last is not None:
        old = held.c.id <= last
        count, since, at = connection.execute(
            sa.select(sa.func.count(), sa.func.min(held.c.at), sa.func.max(held.c.at)).where(old)
        ).one()
        connection.execute(sa.delete(held).where(old))
        connection.execute(sa.insert(dropped).values(lane="", rows=count, since=since, at=at))
    known = sa.select(devices.c.id)
    size = sa.func.length(held.c.topic) + sa.func.length(held.c.reason)
    connection.execute(sa.update(held).values(bytes=size + sa.func.length(held.c.excerpt)))
    connection.execute(sa.update(held).where(held.c.device.in_(known)).values(lane=held.c.device))
    op.create_index("ix_quarantine_lane_id", "quarantine", ["lane", "id"])
