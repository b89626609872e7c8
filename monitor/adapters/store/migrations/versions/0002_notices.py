"""Notices: the ledger, contacts' preferences, browsers for push notices, the service's keys."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("key", _BIG, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("encounter", sa.Text(), nullable=False),
        sa.Column("alarm", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("contact", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_notices"),
        sa.UniqueConstraint("id", name="uq_notices_id"),
    )
    op.create_index("ix_notices_encounter", "notices", ["encounter"])
    op.create_index("ix_notices_alarm", "notices", ["alarm"])
    op.create_index("ix_notices_message", "notices", ["message"])
    op.create_index("ix_notices_state", "notices", ["state"])
    op.create_table(
        "keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_keys"),
    )
    op.create_table(
        "browsers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_browsers"),
        sa.UniqueConstraint("endpoint", name="uq_browsers_endpoint"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_browsers_user_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_browsers_user_id", "browsers", ["user_id"])
    op.add_column(
        "contacts", sa.Column("preferences", sa.Text(), nullable=False, server_default="{}")
    )
    op.add_column("contacts", sa.Column("pin_hash", sa.Text()))
    op.add_column("contacts", sa.Column("confirmed_at", sa.Double()))
    op.add_column("contacts", sa.Column("removed_at", sa.Double()))
