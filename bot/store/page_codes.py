"""Codes that a form of our pages asked for: they may travel two ways at once, and are good in that form only."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from bot.keys import Keys
from bot.store.codes import CODE_COLUMNS, PURPOSE, Code, by_id, new_code, seal
from bot.store.prepared import Prepared
from bot.store.tables import codes

DRAW = "code that travels two ways"

_C = codes.c
_OF_ASK = Prepared(select(*CODE_COLUMNS).where(_C.ask_id == bindparam("ask")).order_by(_C.id.desc()))
_USE = update(codes).where(_C.id == bindparam("row"), _C.state == "open").values(state="used")
_TEXTED = (
    select(func.count())
    .select_from(codes)
    .where(
        _C.ask_id.is_not(None), _C.practice_id == bindparam("practice"), _C.way == "text",
        _C.ordered_at > bindparam("since"),
    )
)  # fmt: skip


def made(conn: Connection, keys: Keys, code_id: int, now: datetime) -> str:
    """The digits of this code, which is being sent now. Raises LookupError when it is gone.

    One that travels two ways is sent twice: its digits come of our key and its row, so that both bring the same and
    neither the outbox nor anything else ever holds them. Its ten minutes start with the first of the two.
    """
    code = by_id(conn, (code_id,)).get(code_id)
    if code is None or code.ask_id is None:
        digits = new_code()
        seal(conn, keys, code_id, digits, now)
        return digits
    drawn = [f"{int(one, 16) % 10**6:06d}" for one in keys.digests(DRAW, f"{code_id}:{code.ordered_at.isoformat()}")]
    if code.digest is None:
        seal(conn, keys, code_id, drawn[0], now)
        return drawn[0]
    again = next((one for one in drawn if keys.matches(PURPOSE, f"{code_id}:{one}", code.digest)), None)
    if again is None:
        raise LookupError("the key that this code was drawn with is gone")
    return again


def of_ask(conn: Connection, ask_id: int) -> list[Code]:
    """What this form asked for, newest first."""
    return [Code(*row) for row in _OF_ASK.rows(conn, {"ask": ask_id})]


def texted_since(conn: Connection, practice_id: int, since: datetime) -> int:
    """How many codes the forms of this practice had texted since then."""
    return conn.scalar(_TEXTED, {"practice": practice_id, "since": since}) or 0


def use(conn: Connection, code_id: int) -> bool:
    """It was right in the form that asked for it; False: it has just been used."""
    return conn.execute(_USE, {"row": code_id}).rowcount == 1
