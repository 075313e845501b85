"""Six-digit codes: made at the moment they are sent, kept as keyed hashes, good once, newest only."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, func, insert, select, update

from bot.keys import Keys
from bot.store.among import among, among_found
from bot.store.fresh_ids import FreshIds
from bot.store.many import adding
from bot.store.prepared import Prepared
from bot.store.tables import code_tries, codes, conversations, outbox
from conversations.events import Way
from conversations.values import value

GOOD_FOR = timedelta(minutes=10)
DAY = timedelta(hours=24)
TRIES_A_CODE = 5
PURPOSE = "code"
Asker = Literal["thread", "form", "link"]
"""Who holds a link, and whoever fills in a form, may be anybody: what they ask for is counted apart."""


class Code(NamedTuple):
    """A code of the last day. `digest` is None until it is sent."""

    id: int
    conversation_id: int
    way: Way
    typed: Literal["thread", "page"]
    person_ids: list[int]
    digest: str | None
    ordered_at: datetime
    sent_at: datetime | None
    expires_at: datetime | None
    state: str
    wrong_tries: int
    ask_id: int | None = None
    link_id: int | None = None

    @property
    def asker(self) -> Asker:
        """What kind of side asked for it."""
        return asker(self.ask_id, self.link_id)

    @property
    def asked_by(self) -> tuple[int | None, int | None]:
        """The form or the link that it was asked for by; neither: the conversation itself."""
        return self.ask_id, self.link_id

    @property
    def sendable_at(self) -> datetime:
        """When it was sent, or ordered if it is still on its way out: what the limits on sends count."""
        return self.sent_at or self.ordered_at

    def good_at(self, now: datetime) -> bool:
        """May it be typed back now?"""
        return self.state == "open" and self.sent_at is not None and now < self.sent_at + GOOD_FOR


@dataclass(frozen=True, slots=True)
class WrongTry:
    """A wrong try of one asking side: a conversation, or a network on the web."""

    side: str
    code_id: int | None
    at: datetime


@value(frozen=True, slots=True)
class NewCode:
    """A code to be sent."""

    practice_id: int
    conversation_id: int
    way: Way
    typed: str
    person_ids: tuple[int, ...]
    ordered_at: datetime
    ask_id: int | None = None
    link_id: int | None = None


_C = codes.c
CODE_COLUMNS = (
    _C.id, _C.conversation_id, _C.way, _C.typed, _C.person_ids, _C.digest, _C.ordered_at, _C.sent_at, _C.expires_at,
    _C.state, _C.wrong_tries, _C.ask_id, _C.link_id,
)  # fmt: skip
_LATELY = Prepared(
    select(*CODE_COLUMNS)
    .join_from(codes, conversations, _C.conversation_id == conversations.c.id)
    .where(among(conversations.c.address_id, "addresses"), _C.ordered_at > bindparam("since"))
    .order_by(_C.id.desc())
)
_TRIES = Prepared(
    select(code_tries.c.side, code_tries.c.code_id, code_tries.c.at)
    .where(among(code_tries.c.side, "sides", words=True), code_tries.c.at > bindparam("since"))
    .order_by(code_tries.c.at.desc())
)
_NEW = ("id", "practice_id", "conversation_id", "way", "typed", "person_ids", "ordered_at", "ask_id", "link_id")
_ORDER = adding(codes, _NEW)
_IDS = FreshIds(codes)
_CONVERSATIONS = among(_C.conversation_id, "ids")
_OPEN = (_CONVERSATIONS, _C.state == "open")
_SAME = (
    *_OPEN,
    func.coalesce(_C.ask_id, 0) == bindparam("form"),
    func.coalesce(_C.link_id, 0) == bindparam("link"),
)
"""What the same form, the same link or the conversation itself asked for before."""
_REPLACE = Prepared(update(codes).where(*_SAME).values(state="older"))
_VOID = Prepared(update(codes).where(_CONVERSATIONS, _C.state.in_(("open", "older"))).values(state="void"))
_UNSENT, _UNSENT_SAME = (
    Prepared(
        update(outbox)
        .where(among_found(outbox.c.code_id, select(_C.id).where(*which)))
        # Not the bare column, or both databases would walk everything that is queued.
        .where(func.coalesce(outbox.c.state, "").in_(("queued", "held")))
        .values(state="dropped", held_by="code_void")
    )
    for which in (_OPEN, _SAME)
)
_USE = update(codes).where(_C.id == bindparam("row"), _C.state == "open").values(state="used")
_TRY = insert(code_tries)
_MISS = (
    update(codes)
    .where(_C.id == bindparam("row"))
    .values(
        wrong_tries=_C.wrong_tries + 1,
        state=case((and_(_C.state == "open", _C.wrong_tries + 1 >= TRIES_A_CODE), "blocked"), else_=_C.state),
    )
)
_SENT = Prepared(
    update(codes)
    .where(_C.id == bindparam("row"))
    .values(digest=bindparam("digest"), sent_at=bindparam("sent_at"), expires_at=bindparam("expires_at"))
)
_BY_ID = Prepared(select(*CODE_COLUMNS).where(among(_C.id, "ids")))


def new_code() -> str:
    """Six random digits, zeros in front included."""
    return f"{secrets.randbelow(10**6):06d}"


def seal(conn: Connection, keys: Keys, code_id: int, code: str, now: datetime) -> None:
    """This code is being sent now: keep its hash, and start its ten minutes. Raises LookupError when it is gone."""
    values = {"row": code_id, "digest": keys.digest(PURPOSE, f"{code_id}:{code}"), "sent_at": now}
    if _SENT.run(conn, values | {"expires_at": now + GOOD_FOR}) != 1:
        raise LookupError("there is no such code")


def ask_lately(conn: Connection, address_ids: Collection[int], now: datetime) -> Callable[[], list[Code]]:
    """Codes ordered in the last day by the conversations of these addresses, newest first, when it is asked for."""
    found = _LATELY.ask(conn, {"addresses": address_ids, "since": now - DAY})
    return lambda: [Code(*row) for row in found()]


def tries(conn: Connection, sides: Collection[str], now: datetime) -> list[WrongTry]:
    """Wrong tries of these sides in the last day, newest first."""
    return ask_tries(conn, sides, now)()


def ask_tries(conn: Connection, sides: Collection[str], now: datetime) -> Callable[[], list[WrongTry]]:
    """The same, when it is asked for."""
    found = _TRIES.ask(conn, {"sides": sides, "since": now - DAY})
    return lambda: [WrongTry(*row) for row in found()]


def asker(ask_id: int | None, link_id: int | None) -> Asker:
    """What kind of side asks: a form, a link, or the conversation."""
    return "form" if ask_id else "link" if link_id else "thread"


def reserve(conn: Connection, many: int) -> None:
    """So many codes may be ordered soon."""
    _IDS.reserve(conn, many)


def order(conn: Connection, new: Sequence[NewCode]) -> dict[int, int]:
    """Order these codes, at most one for a conversation; the ids by conversation.

    Open ones that the same side asked for before are older now: nobody else makes a patient's code older.
    """
    if not new:
        return {}
    sides: dict[tuple[int, int], list[int]] = {}
    for one in new:
        sides.setdefault((one.ask_id or 0, one.link_id or 0), []).append(one.conversation_id)
    for (form, link), conversation_ids in sides.items():
        same = {"ids": conversation_ids, "form": form, "link": link}
        # Codes that are open no more were stopped before: theirs are not looked for again.
        _UNSENT_SAME.tell(conn, same)
        _REPLACE.tell(conn, same)
    ids = _IDS.take(conn, len(new))
    _ORDER.each(conn, [_row(key, one) for key, one in zip(ids, new, strict=True)])
    return {one.conversation_id: key for key, one in zip(ids, new, strict=True)}


def void(conn: Connection, conversation_ids: Collection[int]) -> None:
    """No code of these conversations is good any more."""
    if conversation_ids:
        _UNSENT.tell(conn, {"ids": conversation_ids})
        _VOID.tell(conn, {"ids": conversation_ids})


def use(conn: Connection, code_ids: Collection[int]) -> None:
    """These were right. Raises LookupError if one was used a moment ago: it is good only once."""
    for code_id in code_ids:
        if conn.execute(_USE, {"row": code_id}).rowcount != 1:
            raise LookupError("that code is no longer open")


def miss(conn: Connection, wrong: Sequence[WrongTry]) -> None:
    """Count these wrong tries; the fifth at a code ends it."""
    if wrong:
        conn.execute(_TRY, [{"side": one.side, "code_id": one.code_id, "at": one.at} for one in wrong])
    at_codes = [{"row": one.code_id} for one in wrong if one.code_id]
    if at_codes:
        conn.execute(_MISS, at_codes)


def by_id(conn: Connection, ids: Collection[int]) -> dict[int, Code]:
    """These codes."""
    return {row[0]: Code(*row) for row in _BY_ID.rows(conn, {"ids": ids})} if ids else {}


def side_of(conversation_id: int) -> str:
    """How wrong tries of a conversation are told from those of others."""
    return f"conversation:{conversation_id}"


def _row(key: int, new: NewCode) -> dict[str, Any]:
    return {
        "id": key,
        "practice_id": new.practice_id,
        "conversation_id": new.conversation_id,
        "way": new.way,
        "typed": new.typed,
        "person_ids": new.person_ids,
        "ordered_at": new.ordered_at,
        "ask_id": new.ask_id,
        "link_id": new.link_id,
    }
