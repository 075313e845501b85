"""The door for mail: answers and bounces, taken in our own loop, accepted only once they are committed."""

import asyncio
import logging
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.incoming_mail import authenticity, inside_quotes
from bot.incoming_mail.arriving import Letter, arrival
from bot.incoming_mail.authenticity import Verdict
from bot.incoming_mail.pool import Pool
from bot.incoming_mail.recipients import Door, Recipient, Recipients
from bot.incoming_mail.values import IncomingMail
from bot.smtp.limits import House, Limits
from bot.store.writer import Reader
from bot.turns.arrivals import Arrival, Taken

if TYPE_CHECKING:
    from bot.smtp.session import Session

log = logging.getLogger(__name__)

Take = Callable[[Arrival], Awaitable[Taken]]


@dataclass(frozen=True, slots=True)
class Trust:
    """Who may say that a sender was checked, and whom to ask otherwise."""

    relays: tuple[IPv4Network | IPv6Network, ...] = ()
    authserv_id: str = ""
    dns: str = "system"

    @classmethod
    def parse(cls, relays: tuple[object, ...], authserv_id: str, dns: str) -> "Trust":
        """From the settings."""
        return cls(tuple(ip_network(str(relay)) for relay in relays), authserv_id, dns)

    def covers(self, ip: str) -> bool:
        """Is this a relay of ours?"""
        try:
            peer = ip_address(ip.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(peer, "ipv4_mapped", None) or peer
        return any(mapped in network for network in self.relays)


class MailDoor:
    """An SMTP server that knows its own addresses and nobody else's."""

    def __init__(
        self,
        recipients: Recipients,
        take: Take,
        reader: Reader,
        clock: Clock,
        *,
        hostname: str,
        trust: Trust | None = None,
        tls: ssl.SSLContext | None = None,
        limits: Limits | None = None,
        pool: Pool | None = None,
    ) -> None:
        self.hostname, self.tls, self.clock = hostname, tls, clock
        self.limits = limits or Limits()
        self.house = House(self.limits)
        self.trust = trust or Trust()
        self._recipients, self._take, self._reader = recipients, take, reader
        self._pool = pool or Pool()
        self._server: asyncio.Server | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._sessions: set[Session] = set()
        self.verdicts: Counter[str] = Counter()

    async def start(self, host: str, port: int) -> int:
        """Listen; the port, which the system chooses when 0 is asked for."""
        # aiosmtpd writes addresses at INFO, lines of mails at DEBUG, and unknown commands at WARNING.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self._server = await asyncio.get_running_loop().create_server(self._session, host or None, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        """Take nothing new, finish what is being taken, end the reading processes."""
        if self._server:
            self._server.close()
        for session in tuple(self._sessions):
            session.hang_up()
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._pool.close()
        if self._server:
            await self._server.wait_closed()

    async def warm(self) -> None:
        """Load what the first mail would otherwise wait for."""
        await asyncio.to_thread(__import__, "bot.smtp.session")

    async def find(self, address: str) -> Recipient | None:
        """The address as ours, if it is one. Raises when the database is away."""
        return await self._reader.run(lambda conn: self._recipients.find(conn, address, self.clock()))

    async def accept(self, letter: Letter, recipients: list[Recipient]) -> None:
        """Returns once everything is committed. Whoever waits may go: what was begun is finished."""
        taking = asyncio.create_task(self._accept(letter, recipients))
        self._under_way.add(taking)
        taking.add_done_callback(self._forget)
        await asyncio.shield(taking)

    async def _accept(self, letter: Letter, recipients: list[Recipient]) -> None:
        trusted = bool(self.trust.authserv_id) and self.trust.covers(letter.ip)
        about_people = any(one.door in {Door.REPLY, Door.PRACTICE} for one in recipients)
        check = None
        if not trusted and about_people and letter.envelope_from:
            check = {
                "ip": letter.ip,
                "helo": letter.helo,
                "envelope_from": letter.envelope_from,
                "dns": self.trust.dns,
            }
        on_file = tuple(number for one in recipients for number in one.on_file)
        vouches = self.trust.authserv_id if trusted else ""
        mail = await self._pool.read(letter.raw, letter.envelope_from, on_file, check, vouches)
        verdict = authenticity.verdict(mail)
        different = {one.key: one for one in recipients}.values()
        await asyncio.gather(*(self._hand_on(letter, one, mail, verdict) for one in different))
        self.verdicts[authenticity.word(verdict)] += 1

    async def _hand_on(self, letter: Letter, one: Recipient, mail: IncomingMail, verdict: Verdict) -> None:
        if inside_quotes.worth_comparing(one, mail):
            mail = await self._reader.run(lambda conn: inside_quotes.compare(conn, one, mail))
        await self._take(arrival(letter, one, mail, verdict))

    def _forget(self, taking: asyncio.Task[None]) -> None:
        self._under_way.discard(taking)
        if not taking.cancelled() and (error := taking.exception()):
            # Whoever handed it in may be gone; the next try brings it again.
            log.warning("a mail was not taken: %s", type(error).__name__)

    def _session(self) -> "Session":
        # Loaded with the first connection: a start need not wait for it.
        from bot.smtp.session import Session

        session = Session(self)
        self._sessions.add(session)
        return session

    def gone(self, session: "Session") -> None:
        """A connection has ended."""
        self._sessions.discard(session)
