"""Statements of the road, compiled once: what is left to do for each is to hand the driver its SQL and values.

`conn.execute` looks every statement up, describes every result and treats every row anew: with the 24 statements of a
batch of 16 texts that was a third of a turn's processor time. For statements that always have the same parameters.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ClauseElement, Connection, Dialect, Select

from bot.store import pipeline
from bot.store.engine import telling

Values = Mapping[str, Any]
Process = Callable[[Any], Any]
Found = Callable[[], Sequence[Any]]
"""Rows that were asked for; whoever calls it waits for them."""
Step = Callable[[Connection], None]


class Prepared:
    """A statement of SQLAlchemy's, run with values by the names of its parameters."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._plans: WeakKeyDictionary[Dialect, _Plan] = WeakKeyDictionary()

    def rows(self, conn: Connection, values: Values) -> Sequence[Any]:
        """What it finds."""
        return self.ask(conn, values)()

    def ask(self, conn: Connection, values: Values) -> Found:
        """What it will have found, when that is asked for: several questions can be under way together."""
        plan = self._plan(conn.dialect)
        cursor = _done(conn, plan.sql, plan.given(values))
        if conn.dialect.name == "sqlite":  # its cursors see what is written after them
            found = plan.read(cursor.fetchall())
            return lambda: found
        return lambda: plan.read(telling(conn, plan.sql, cursor.fetchall))

    def records(self, conn: Connection, values: Values) -> list[Any]:
        """What it finds, each with the columns by their names."""
        plan = self._plan(conn.dialect)
        return [plan.record._make(row) for row in self.rows(conn, values)]

    def value(self, conn: Connection, values: Values) -> Any:
        """The one thing that it finds, or None."""
        found = self.rows(conn, values)
        return found[0][0] if found else None

    def run(self, conn: Connection, values: Values) -> int:
        """Once; how many rows it changed."""
        plan = self._plan(conn.dialect)
        changed: int = _done(conn, plan.sql, plan.given(values), step=pipeline.step_out).rowcount
        return changed

    def tell(self, conn: Connection, values: Values) -> None:
        """Once; nobody waits for it. What goes wrong is told by who is waited for next, the commit at the latest."""
        plan = self._plan(conn.dialect)
        _done(conn, plan.sql, plan.given(values))

    def each(self, conn: Connection, every: Sequence[Values]) -> None:
        """Once for each of these, if there are any."""
        if every:
            plan = self._plan(conn.dialect)
            _done(conn, plan.sql, [plan.given(values) for values in every], many=True)

    def _plan(self, dialect: Dialect) -> "_Plan":
        plan = self._plans.get(dialect)
        if plan is None:
            plan = self._plans[dialect] = _Plan(self._statement, dialect)
        return plan


class _Plan:
    """A statement for one database: its SQL, and what its driver cannot do with values by itself."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        # Lists of constants become as many places; what is open is given later.
        whole = compiled.construct_expanded_state({name: None for name, bind in binds.items() if bind.required})
        ways = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
        constant = [name for name in whole.parameters if name not in binds or not binds[name].required]
        open_ways = {name: way for name, way in ways.items() if way and name not in constant}
        names = tuple(whole.positiontup or ())
        self.sql = whole.statement
        self._positional = compiled.positional
        self._pick: Callable[[Values], tuple[Any, ...]] = itemgetter(*names) if len(names) > 1 else _few(names)
        self._constant = {name: _through(ways.get(name), whole.parameters[name]) for name in constant}
        self._ways: tuple[tuple[Any, Process], ...] = (
            tuple((at, open_ways[name]) for at, name in enumerate(names) if name in open_ways)
            if self._positional
            else tuple(open_ways.items())
        )
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        ways_out = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
        self._columns = tuple((at, way) for at, way in enumerate(ways_out) if way)
        self.record = _record([str(column.key) for column in columns])

    def given(self, values: Values) -> Any:
        """The parameters as the driver takes them."""
        every = {**self._constant, **values} if self._constant or not self._positional else values
        ready: Any = [*self._pick(every)] if self._positional else every
        for at, way in self._ways:
            value = ready[at]
            if value is not None:
                ready[at] = way(value)
        return ready

    def read(self, found: Sequence[Any]) -> Sequence[Any]:
        """The rows with Python's values in them; databases that bring those themselves cost nothing here."""
        if not self._columns:
            return found
        rows = [list(row) for row in found]
        for at, way in self._columns:
            for row in rows:
                if row[at] is not None:
                    row[at] = way(row[at])
        return rows


def _done(conn: Connection, sql: str, given: Any, *, many: bool = False, step: Step = pipeline.step_in) -> Any:
    """The driver's cursor, after the statement."""
    if not conn.in_transaction():
        conn.begin()
    step(conn)
    cursor: Any = conn.connection.cursor()
    telling(conn, sql, partial(cursor.executemany if many else cursor.execute, sql, given))
    return cursor


def _record(names: list[str]) -> Any:
    return namedtuple("Found", names, rename=True)  # noqa: PYI024 - its columns are the statement's


def _few(names: Sequence[str]) -> Callable[[Values], tuple[Any, ...]]:
    """None or one: `itemgetter` gives no tuple then."""
    return lambda values: tuple(values[name] for name in names)


def _through(way: Process | None, value: Any) -> Any:
    return value if way is None or value is None else way(value)
