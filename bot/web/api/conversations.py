"""The log of conversations, and stepping into one. Whoever reads one is in the audit before the bytes leave."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection

from bot.facts import threads
from bot.facts.threads import Line, Talk
from bot.staff.stepping_in import CannotAnswerError, StaffEvent, step_in
from bot.web.api import cursors
from bot.web.api.cursors import Listed, Piece
from bot.web.api.operations import Call, Done, operation
from bot.web.api.problems import Problem, invalid, not_found
from bot.web.api.shapes import AnswerAsked, Conversation, Message, Nothing
from conversations.events import StaffReleased, StaffReplied, StaffTook
from conversations.hearing.cards import redact

NONE = {404: "The practice has no such conversation."}
LARGEST_ID = 2**63 - 1


class ConversationsAsked(Piece):
    """Which conversations."""

    needs_answer: Annotated[
        bool | None, Field(description="true: those that wait for a person, who has waited longest first.")
    ] = None


@operation("GET", "/conversations", {200: "A piece of the list."}, Listed[Conversation], query=ConversationsAsked)
def get_conversations(conn: Connection, call: Call) -> Done:
    """List conversations, the one in which something was said last first."""
    asked: ConversationsAsked = call.query
    of = f"conversations:{asked.needs_answer}"
    mark = cursors.unpack(of, asked.cursor, 1)
    after = (mark[0], mark[1][0]) if mark else None
    practice, more = call.practice.id, asked.limit + 1
    if asked.needs_answer:
        found = threads.waiting(conn, practice, after=after, limit=more)
    else:
        found = threads.newest(conn, practice, quiet=asked.needs_answer is False, after=after, limit=more)
    shown, following = found[: asked.limit], None
    if len(found) > asked.limit:
        last = shown[-1]
        following = cursors.pack(of, *(last.place_waiting if asked.needs_answer else last.place))
    answer = Listed[Conversation](items=[_conversation(one) for one in shown], next=following)
    return Done(answer, seen={"conversation_ids": [one.id for one in shown]})


@operation("GET", "/conversations/{id}", {200: "The conversation."}, Conversation, refusals=NONE)
def get_conversation(conn: Connection, call: Call) -> Done:
    """Read how one conversation stands."""
    return _shown(_talk(conn, call))


@operation("GET", "/conversations/{id}/messages", {200: "A piece of it."}, Listed[Message], query=Piece, refusals=NONE)
def get_messages(conn: Connection, call: Call) -> Done:
    """Read what was said in one conversation, oldest first."""
    talk, asked = _talk(conn, call), call.query
    of = f"messages:{talk.id}"
    mark = cursors.unpack(of, asked.cursor, 2)
    after = (mark[0], mark[1][0], mark[1][1]) if mark else None
    found = threads.lines(conn, [talk.id], after=after, limit=asked.limit + 1)
    shown = found[: asked.limit]
    following = cursors.pack(of, *shown[-1].place) if len(found) > asked.limit else None
    answer = Listed[Message](items=[_message(line) for line in shown], next=following)
    return Done(answer, seen={"conversation_id": talk.id, "messages": len(shown)})


@operation("POST", "/conversations/{id}/take", {201: "Taken."}, Conversation, body=Nothing, refusals=NONE)
def take_conversation(conn: Connection, call: Call) -> Done:
    """Take a conversation over: from now on the bot is silent in it."""
    return _stepped(conn, call, StaffTook(call.name))


@operation("POST", "/conversations/{id}/release", {201: "Handed back."}, Conversation, body=Nothing, refusals=NONE)
def release_conversation(conn: Connection, call: Call) -> Done:
    """Hand a conversation back to the bot."""
    return _stepped(conn, call, StaffReleased())


@operation(
    "POST",
    "/conversations/{id}/answer",
    {201: "It waits to be sent."},
    Message,
    body=AnswerAsked,
    refusals=NONE | {409: "Nothing may be sent there: they opted out, or it is not theirs."},
)
def answer_conversation(conn: Connection, call: Call) -> Done:
    """Answer a patient in words of your own; that takes the conversation over."""
    talk, text = _talk(conn, call), _words(call.body)
    try:
        taken = step_in(conn, call.world, StaffReplied(text, call.name), talk.id, call.who, call.now)
    except CannotAnswerError as error:
        raise Problem(409, str(error), name="cannot-answer", reason=error.reason) from None
    line = threads.line_out(conn, taken.outbox_ids[0])
    return Done(_message(line), 201, {"conversation_id": talk.id, "outbox_id": line.id}, woke=taken.woke)


def _words(asked: AnswerAsked) -> str:
    text = "".join(c for c in asked.text if c.isprintable() or c == "\n").strip()
    if not text:
        raise invalid(("text", "says nothing"))
    if redact(text).cards:
        raise invalid(("text", "holds a card number, which we neither keep nor send"))
    return text


def _stepped(conn: Connection, call: Call, event: StaffEvent) -> Done:
    talk = _talk(conn, call)
    taken = step_in(conn, call.world, event, talk.id, call.who, call.now)
    done = _shown(_talk(conn, call))
    return Done(done.answer, 201, done.seen, taken.woke)


def _talk(conn: Connection, call: Call) -> Talk:
    key = call.path["id"]
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 20 else 0
    found = threads.talk(conn, call.practice.id, number) if 0 < number <= LARGEST_ID else None
    if found is None:
        raise not_found("conversation")
    return found


def _shown(talk: Talk) -> Done:
    return Done(_conversation(talk), seen={"conversation_id": talk.id})


def _conversation(talk: Talk) -> Conversation:
    return Conversation(
        id=str(talk.id),
        channel=talk.channel,
        address=talk.address,
        patient_ids=list(talk.patient_ids),
        state=talk.state,
        needs_answer_since=talk.needs_answer_since,
        last_at=talk.last_at,
    )


def _message(line: Line) -> Message:
    theirs = line.direction == "in"
    return Message.model_validate(
        {
            "id": f"{line.direction}-{line.id}",
            "at": line.at,
            "direction": line.direction,
            "channel": line.channel,
            "text": line.text,
            "state": line.state,
            "provider_id": line.provider_id,
            "error_code": line.error_code,
            "heard": line.heard if theirs else None,
            "outcome": line.outcome if line.outcome != "open" else None,
            "reason": line.reason or None,
        }
    )
