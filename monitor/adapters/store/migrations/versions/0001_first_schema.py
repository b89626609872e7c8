"""The first schema: people, the clinic, sessions with their journal, and their results.

A step is history: it spells its tables out and does not follow later changes of `schema.py`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _people()
    _clinic()
    _sessions()
    _findings()
    _records()


def _people() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("name", name="uq_users_name"),
    )
    op.create_table(
        "tokens",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("last_used_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_tokens_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name="pk_tokens"),
    )
    op.create_index("ix_tokens_user_id", "tokens", ["user_id"])


def _clinic() -> None:
    op.create_table(
        "patients",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.Integer()),
        sa.Column("risk_factors", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_patients"),
        sa.UniqueConstraint("id", name="uq_patients_id"),
        sa.UniqueConstraint("label", name="uq_patients_label"),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text()),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("urls", sa.Text(), nullable=False),
        sa.Column("order_", sa.Integer(), nullable=False),
        sa.Column("after_s", sa.Double(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    op.create_table(
        "protocols",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name="pk_protocols"),
    )


def _sessions() -> None:
    op.create_table(
        "encounters",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("protocol_id", sa.Text(), nullable=False),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.Double(), nullable=False),
        sa.Column("closed_at", sa.Double()),
        sa.Column("dosed_at", sa.Double()),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("emergency", sa.Text()),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_encounters_patient_id"),
        sa.PrimaryKeyConstraint("key", name="pk_encounters"),
        sa.UniqueConstraint("id", name="uq_encounters_id"),
    )
    op.create_index("ix_encounters_patient_id", "encounters", ["patient_id"])
    op.create_table(
        "encounter_devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("encounter", sa.Integer(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("until", sa.Double()),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name="fk_encounter_devices_device"),
        sa.ForeignKeyConstraint(
            ["encounter"], ["encounters.key"], name="fk_encounter_devices_encounter"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_encounter_devices"),
    )
    op.create_index("ix_encounter_devices_encounter", "encounter_devices", ["encounter"])
    op.create_index(
        "ux_encounter_devices_in_use",
        "encounter_devices",
        ["device"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "journal",
        sa.Column("encounter", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["encounter"], ["encounters.key"], name="fk_journal_encounter"),
        sa.PrimaryKeyConstraint("encounter", "n", name="pk_journal"),
    )
    op.create_table(
        "snapshots",
        sa.Column("encounter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["encounter"], ["encounters.key"], name="fk_snapshots_encounter"),
        sa.PrimaryKeyConstraint("encounter", name="pk_snapshots"),
    )


def _findings() -> None:
    op.create_table(
        "observations",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("encounter", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("vital", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("effective", sa.Double(), nullable=False),
        sa.Column("issued", sa.Double(), nullable=False),
        sa.Column("measured", sa.Double()),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("boot", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("value > -1e30 AND value < 1e30", name=op.f("ck_observations_finite")),
        sa.ForeignKeyConstraint(
            ["encounter"], ["encounters.key"], name="fk_observations_encounter"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_observations"),
        sa.UniqueConstraint("encounter", "key", name="uq_observations_encounter_key"),
    )
    op.create_index(
        "ix_observations_encounter_effective_id", "observations", ["encounter", "effective", "id"]
    )
    op.create_table(
        "alarms",
        sa.Column("key", _BIG, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("encounter", sa.Integer(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("presence", sa.Text(), nullable=False),
        sa.Column("vital", sa.Text()),
        sa.Column("onset", sa.Double(), nullable=False),
        sa.Column("raised_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["encounter"], ["encounters.key"], name="fk_alarms_encounter"),
        sa.PrimaryKeyConstraint("key", name="pk_alarms"),
        sa.UniqueConstraint("id", name="uq_alarms_id"),
    )
    op.create_index("ix_alarms_encounter", "alarms", ["encounter"])
    op.create_table(
        "episodes",
        sa.Column("encounter", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("vital", sa.Text(), nullable=False),
        sa.Column("onset", sa.Double(), nullable=False),
        sa.Column("end", sa.Double()),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["encounter"], ["encounters.key"], name="fk_episodes_encounter"),
        sa.PrimaryKeyConstraint("encounter", "number", name="pk_episodes"),
    )


def _records() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
    )
    op.create_index("ix_quarantine_at", "quarantine", ["at"])
    op.create_table(
        "audit",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "commits",
        sa.Column("writer", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("writer", name="pk_commits"),
    )
