"""Alembic runs this file for each upgrade: the steps run in the caller's open transaction."""

from alembic import context

from monitor.adapters.store.tables.definitions import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most things in place; a step then copies the table.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
