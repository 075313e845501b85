"""A mail door before a real road and database, and a relay that hands mail in, for tests."""

import asyncio
import smtplib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.clock import Clock
from bot.incoming_mail.recipients import Recipients
from bot.smtp import MailDoor, Trust
from bot.store import conversations, reply_addresses
from bot.store.conversations import Place
from bot.store.reply_addresses import Kind
from bot.store.tables import addresses, inbox, outbox
from bot.store.writer import Reader
from bot.turns.road import Road
from tests.harbor import MAIL, NOW, Harbor

DOMAIN = "mail.harbor.example"
AUTHSERV = "mx.harbor.example"
RELAY = Trust.parse(("127.0.0.1",), AUTHSERV, "system")
STRANGERS = Trust.parse((), "", "127.0.0.1:9")


@dataclass
class House:
    """The door, and what is behind it."""

    harbor: Harbor
    door: MailDoor
    road: Road
    port: int
    taken: list[Any] = field(default_factory=list)

    def token(self, kind: Kind = Kind.REPLY, mail: str = MAIL, outbox_id: int | None = None) -> str:
        """A fresh token for this patient's conversation."""
        place = Place(self.harbor.practice_id, "email", mail)
        with self.harbor.engine.begin() as conn:
            conversation_id, _ = conversations.begun(conn, {place})[place]
            made = reply_addresses.make(conn, self.harbor.world.keys, [kind], conversation_id, outbox_id, NOW)
        return made[kind]

    def reply_address(self, mail: str = MAIL) -> str:
        """Where our mail to this patient can be answered."""
        return f"reply+{self.token(mail=mail)}@{DOMAIN}"

    def bounce_address(self, outbox_id: int | None = None, mail: str = MAIL) -> str:
        """The envelope's sender of one of our mails."""
        return f"bounce+{self.token(Kind.BOUNCE, mail, outbox_id)}@{DOMAIN}"

    async def send(
        self, raw: bytes | str, to: str | Sequence[str], sender: str = MAIL, options: Sequence[str] = ()
    ) -> Mapping[str, tuple[int, bytes]]:
        """Hand a mail in as a relay does; raises what smtplib raises."""
        return await asyncio.to_thread(self._send, raw, [to] if isinstance(to, str) else list(to), sender, options)

    def _send(self, raw: bytes | str, to: list[str], sender: str, options: Sequence[str]) -> dict[str, Any]:
        data = raw if isinstance(raw, bytes) else raw.encode()
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="relay.harbor.example", timeout=20) as client:
            return client.sendmail(sender, to, data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), options)

    def came_in(self) -> list[Mapping[str, Any]]:
        """What the inbox has of mail."""
        return [row for row in self.harbor.all(inbox) if row["provider"] == "mail"]

    def said(self) -> list[str]:
        """The messages that wait to be sent."""
        return [row["message"] for row in self.harbor.all(outbox)]

    def address(self, mail: str = MAIL) -> Mapping[str, Any]:
        """What is known about a mail address."""
        return next(row for row in self.harbor.all(addresses) if row["address"] == mail)


@asynccontextmanager
async def open_house(harbor: Harbor, trust: Trust = RELAY, **options: Any) -> AsyncIterator[House]:
    """Open the door."""
    clock: Clock = options.pop("clock", lambda: NOW)
    road = Road(harbor.engine, harbor.world, clock)
    road.start()
    reader = Reader(harbor.engine, 2)
    recipients = Recipients(harbor.world.keys, harbor.world.practices, DOMAIN)
    door = MailDoor(recipients, road.take, reader, clock, hostname=AUTHSERV, trust=trust, **options)
    try:
        yield House(harbor, door, road, await door.start("127.0.0.1", 0))
    finally:
        await door.close()
        await road.close()
        reader.close()


def mail(words: str, sender: str = MAIL, subject: str = "Re: A new statement", **headers: str) -> str:
    """A plain mail, as a relay that checked its sender hands it on."""
    domain = sender.rpartition("@")[2]
    told = {
        "Authentication-Results": f"{AUTHSERV}; dmarc=pass header.from={domain}",
        "From": f"Ana Ruiz <{sender}>",
        "To": "Harbor Family Med",
        "Subject": subject,
        "Message-ID": f"<{abs(hash((words, subject, sender)))}@{domain}>",
        "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\n" for name, value in told.items() if value) + "\n" + words
