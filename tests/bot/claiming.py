"""What tests of claiming share."""

from datetime import datetime

from bot.channels.text import TextOut
from bot.sending.claiming import Claimed, claim
from tests.bot.outgoing import NOON, Office


def take(office: Office, now: datetime = NOON, limit: int = 100) -> Claimed:
    with office.engine.begin() as conn:
        return claim(conn, office.desk, now, limit)


def texts(claimed: Claimed) -> list[TextOut]:
    return [one.out for one in claimed.ready if isinstance(one.out, TextOut)]
