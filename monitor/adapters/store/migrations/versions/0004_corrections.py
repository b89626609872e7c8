"""Corrections: which labels could be mistaken for one another, and deactivated devices."""

import sqlalchemy as sa
from alembic import op

from monitor.core.vocabulary.labels import likeness

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("devices", sa.Column("deactivated_at", sa.Double()))
    op.add_column("patients", sa.Column("likeness", sa.Text()))
    patients = sa.table(
        "patients", sa.column("key", sa.Integer), sa.column("label", sa.Text),
        sa.column("likeness", sa.Text),
    )  # fmt: skip
    connection = op.get_bind()
    taken: set[str] = set()
    for key, label in connection.execute(
        sa.select(patients.c.key, patients.c.label).order_by(patients.c.key)
    ).all():
        # Existing patients with similar labels keep them: sessions and reports name them. The
        # first represents all of them, and no further one is accepted.
        if (alike := likeness(label)) not in taken:
            taken.add(alike)
            row = sa.update(patients).where(patients.c.key == key)
            connection.execute(row.values(likeness=alike))
    op.create_index("ux_patients_likeness", "patients", ["likeness"], unique=True)
