"""Glance as uWSGI serves it, on SQLite.

With threads, a transaction that reads first and then writes fails at once ("database is locked") where another one wrote
meanwhile; one that begins by writing waits for its turn.
"""
from sqlalchemy import event
from sqlalchemy.engine import Engine


@event.listens_for(Engine, "connect")
def _connect(connection, _record):
    connection.execute("pragma busy_timeout = 60000")


# oslo.db emits it.
@event.listens_for(Engine, "before_cursor_execute", retval=True)
def _execute(_connection, _cursor, statement, parameters, _context, _many):
    return "BEGIN IMMEDIATE" if statement == "BEGIN" else statement, parameters


# Glance makes its engine as it is imported.
from glance.common.wsgi_app import init_app  # noqa: E402

application = init_app()
