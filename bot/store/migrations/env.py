"""Alembic's way in: it migrates the connection that bot.store.schema hands it."""

from alembic import context

from bot.store.money_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
