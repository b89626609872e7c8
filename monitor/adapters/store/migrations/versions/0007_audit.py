"""The audit: origin of each act, and indexes by person and object. Users and devices: names that
could be mistaken for one another; patients: the same for letters that look alike."""

import sqlalchemy as sa
from alembic import op

from monitor.core.vocabulary.labels import likeness

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("audit", sa.Column("origin", sa.Text(), nullable=False, server_default=""))
    # Both: the acts by a person and to that person are one query, which needs both indexes.
    op.create_index("ix_audit_user_id", "audit", ["user", "id"])
    op.create_index("ix_audit_object_id", "audit", ["object", "id"])
    for table, key, label in (("users", "id", "name"), ("devices", "id", "id")):
        op.add_column(table, sa.Column("likeness", sa.Text()))
        _fill(table, key, label)
        op.create_index(f"ux_{table}_likeness", table, ["likeness"], unique=True)
    op.execute("UPDATE patients SET likeness = NULL")
    _fill("patients", "key", "label")


def _fill(name: str, key: str, label: str) -> None:
    """Existing rows with similar names keep them. The first represents all of them, and no further
    one is accepted."""
    columns = dict.fromkeys((key, label, "likeness"))
    table = sa.table(name, *map(sa.column, columns))
    connection = op.get_bind()
    taken: set[str] = set()
    for one, said in connection.execute(
        sa.select(table.c[key], table.c[label].label("said")).order_by(table.c[key])
    ).all():
        if (alike := likeness(said)) not in taken:
            taken.add(alike)
            row = sa.update(table).where(table.c[key] == one)
            connection.execute(row.values(likeness=alike))
