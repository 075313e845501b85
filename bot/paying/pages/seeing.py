"""Whether a page shows visits and plans: to who is proved, and while the thread that sent its link tells them as well.

A link's first press proves the phone or the mailbox, no more.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.store.page_sessions import PageSession
from bot.store.tables import conversations, links
from conversations.conversation import Conversation, Proof


def sees_visits(conn: Connection, session: PageSession, proof_minutes: int, now: datetime) -> bool:
    """Was the link sent into a thread where they had shown who they are, and does that still count?"""
    if session.proof is not Proof.PHONE or session.link_id is None:
        return session.proof is Proof.PERSON
    asked = (
        select(links.c.made_at, conversations.c.kept)
        .join_from(links, conversations, links.c.conversation_id == conversations.c.id)
        .where(links.c.id == session.link_id)
    )
    row = conn.execute(asked).one_or_none()
    if row is None or not row.kept:
        return False
    talk = Conversation.from_json(row.kept)
    if talk.proof is not Proof.PERSON or talk.proof_until is None or talk.proof_until <= now:
        return False
    # A link that was sent before may have been handed on before; what was proved since is not proved there.
    proved_at = talk.proof_until - timedelta(minutes=proof_minutes)
    return bool(row.made_at >= proved_at) and set(session.person_ids) <= set(talk.proof_people)
