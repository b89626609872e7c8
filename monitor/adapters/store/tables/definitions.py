"""The tables. Times are epoch seconds (UTC) in double precision; bodies are JSON text.

This is the present schema; `migrations/versions` upgrades a database to it, and a test compares
the two. Text keys come from outside (encounters, devices, patients); `key` columns are the small
integers by which the tables with many rows refer to them.
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite uses its fast 64-bit row number as the key only where the type is spelled INTEGER.
_Big: Final = BigInteger().with_variant(Integer(), "sqlite")


def _required(name: str, kind: type[TypeEngine[Any]]) -> Column[Any]:
    return Column(name, kind, nullable=False)


# --- people ---------------------------------------------------------------------------------------

users: Final = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    _required("role", Text),
    _required("password_hash", Text),
    _required("created_at", Double),
    _required("disabled", Boolean),
    Column("phone", Text),
    Column("reset_at", Double),
    Column("browsers_since", Double),
    # As in `patients`, below.
    Column("likeness", Text),
    Index("ux_users_likeness", "likeness", unique=True),
)

tokens: Final = Table(
    "tokens",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    _required("created_at", Double),
    _required("expires_at", Double),
    _required("last_used_at", Double),
)

# --- the clinic -----------------------------------------------------------------------------------

patients: Final = Table(
    "patients",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("label", Text, nullable=False, unique=True),
    Column("birth_year", Integer),
    _required("risk_factors", Text),
    _required("created_at", Double),
    # The label as `core.labels` normalizes it. The unique index ensures that no two patients get
    # labels that people could mistake for one another, even in a race of two requests.
    Column("likeness", Text),
    Index("ux_patients_likeness", "likeness", unique=True),
)

devices: Final = Table(
    "devices",
    metadata,
    Column("id", Text, primary_key=True),
    _required("kind", Text),
    _required("site", Text),
    Column("secret_hash", Text),
    _required("created_at", Double),
    Column("user", Integer),
    Column("model", Text),
    # From then on the device serves no session. The row stays, because past sessions refer to it.
    Column("deactivated_at", Double),
    Column("likeness", Text),
    Index("ux_devices_likeness", "likeness", unique=True),
)

contacts: Final = Table(
    "contacts",
    metadata,
    Column("id", Integer, primary_key=True),
    _required("name", Text),
    _required("urls", Text),
    _required("order_", Integer),
    _required("after_s", Double),
    _required("created_at", Double),
    Column("preferences", Text, nullable=False, server_default="{}"),
    Column("pin_hash", Text),
    Column("confirmed_at", Double),
    # A removed contact is kept for the ledger, which names the recipients of notices.
    Column("removed_at", Double),
)

protocols: Final = Table(
    "protocols",
    metadata,
    _required("id", Text),
    _required("version", Integer),
    _required("body", Text),
    _required("created_at", Double),
    _required("by", Text),
    PrimaryKeyConstraint("id", "version"),
)

# --- sessions -------------------------------------------------------------------------------------

encounters: Final = Table(
    "encounters",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("patient_id", ForeignKey("patients.id"), nullable=False, index=True),
    _required("protocol_id", Text),
    # The protocol as of that day: a later version must not change a past decision.
    _required("protocol", Text),
    _required("mode", Text),
    _required("phase", Text),
    _required("opened_at", Double),
    Column("closed_at", Double),
    Column("dosed_at", Double),
    _required("facts", Text),
    # An address and a phone number. They are here, and in the journal where they were corrected.
    Column("emergency", Text),
)

encounter_devices: Final = Table(
    "encounter_devices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("encounter", ForeignKey("encounters.key"), nullable=False, index=True),
    Column("device", ForeignKey("devices.id"), nullable=False),
    _required("since", Double),
    Column("until", Double),
)

_in_use = encounter_devices.c.until.is_(None)
# A device serves one open encounter at a time, even in a race of two requests.
Index(
    "ux_encounter_devices_in_use",
    encounter_devices.c.device,
    unique=True,
    sqlite_where=_in_use,
    postgresql_where=_in_use,
)

journal: Final = Table(
    "journal",
    metadata,
    Column("encounter", ForeignKey("encounters.key"), nullable=False),
    _required("n", Integer),
    _required("at", Double),
    _required("side", Text),
    _required("type", Text),
    _required("body", Text),
    PrimaryKeyConstraint("encounter", "n"),
)

snapshots: Final = Table(
    "snapshots",
    metadata,
    Column("encounter", ForeignKey("encounters.key"), primary_key=True, autoincrement=False),
    _required("n", Integer),
    _required("at", Double),
    _required("body", LargeBinary),
)

# --- results of sessions, written from the journal's events in the same commit --------------------

observations: Final = Table(
    "observations",
    metadata,
    Column("id", _Big, primary_key=True),
    Column("encounter", ForeignKey("encounters.key"), nullable=False),
    _required("key", Text),
    _required("vital", Text),
    _required("value", Double),
    _required("effective", Double),
    _required("issued", Double),
    Column("measured", Double),
    _required("device", Text),
    _required("boot", Text),
    Column("seq", BigInteger),
    _required("source", Text),
    _required("state", Text),
    _required("reason", Text),
    # See `beats`.
    Column("rr", LargeBinary),
    Column("user", Integer),
    # The reason as data, JSON; NULL where there is none, or an older version wrote the row.
    Column("because", Text),
    UniqueConstraint("encounter", "key"),
    # SQLite stores a NaN as NULL; PostgreSQL sorts it above any number.
    CheckConstraint("value > -1e30 AND value < 1e30", name="finite"),
    Index("ix_observations_encounter_effective_id", "encounter", "effective", "id"),
)

alarms: Final = Table(
    "alarms",
    metadata,
    Column("key", _Big, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("encounter", ForeignKey("encounters.key"), nullable=False, index=True),
    _required("condition", Text),
    _required("kind", Text),
    _required("priority", Text),
    _required("presence", Text),
    Column("vital", Text),
    _required("onset", Double),
    _required("raised_at", Double),
    _required("changed_at", Double),
    _required("body", Text),
)

episodes: Final = Table(
    "episodes",
    metadata,
    Column("encounter", ForeignKey("encounters.key"), nullable=False),
    _required("number", Integer),
    _required("vital", Text),
    _required("onset", Double),
    Column("end", Double),
    _required("body", Text),
    PrimaryKeyConstraint("encounter", "number"),
)

# --- notices --------------------------------------------------------------------------------------

# The outbox and the ledger in one: a waiting notice is a row, written with its alarm, and its
# outcome updates that row.
notices: Final = Table(
    "notices",
    metadata,
    Column("key", _Big, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    # "" for a test that belongs to no session; `alarm` is "" for every test.
    Column("encounter", Text, nullable=False, index=True),
    Column("alarm", Text, nullable=False, index=True),
    Column("message", Text, nullable=False, index=True),
    _required("contact", Integer),
    Column("state", Text, nullable=False, index=True),
    _required("body", Text),
)

# A browser to which its owner allowed push notices while no tab is open.
browsers: Final = Table(
    "browsers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("endpoint", Text, nullable=False, unique=True),
    _required("p256dh", Text),
    _required("auth", Text),
    _required("created_at", Double),
)

# The signing secrets of this service, made at its first start.
keys: Final = Table(
    "keys",
    metadata,
    Column("name", Text, primary_key=True),
    _required("value", Text),
)

# --- quarantine and audit -------------------------------------------------------------------------

quarantine: Final = Table(
    "quarantine",
    metadata,
    Column("id", _Big, primary_key=True),
    Column("at", Double, nullable=False, index=True),
    _required("topic", Text),
    _required("device", Text),
    _required("format", Text),
    _required("reason", Text),
    _required("excerpt", LargeBinary),
    _required("size", Integer),
    # See `Quarantined`: whose quota the row uses, how many bytes of it, and how many elements it
    # represents.
    Column("lane", Text, nullable=False, server_default=""),
    Column("bytes", Integer, nullable=False, server_default="0"),
    Column("count", Integer, nullable=False, server_default="1"),
    Index("ix_quarantine_lane_id", "lane", "id"),
)

# The total of rows dropped from each lane to keep it within its quota.
quarantine_dropped: Final = Table(
    "quarantine_dropped",
    metadata,
    Column("lane", Text, primary_key=True),
    Column("rows", BigInteger, nullable=False),
    _required("since", Double),
    _required("at", Double),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("id", _Big, primary_key=True),
    Column("at", Double, nullable=False, index=True),
    _required("user", Text),
    _required("action", Text),
    _required("object", Text),
    _required("detail", Text),
    Column("origin", Text, nullable=False, server_default=""),
    Index("ix_audit_user_id", "user", "id"),
    Index("ix_audit_object_id", "object", "id"),
)

# --- the writer's own -----------------------------------------------------------------------------

# One row for each running writer: the number of its newest commit. When the response to a COMMIT
# is lost, this row shows whether the commit took place.
commits: Final = Table(
    "commits",
    metadata,
    Column("writer", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)
