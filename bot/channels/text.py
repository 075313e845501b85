"""Text messages out, through the twilio SDK."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import aiohttp

from bot.channels.results import Accepted, MaybeSent, Refused, Sent, TryLater

if TYPE_CHECKING:
    from twilio.base.exceptions import TwilioException
    from twilio.rest import Client
    from twilio.rest.api.v2010.account.message import MessageInstance

log = logging.getLogger(__name__)

LONGEST_VALIDITY = 36_000
TOO_MANY = 20429
PATIENCE = aiohttp.ClientTimeout(total=10, connect=3)
SERVICE_PREFIX = "MG"
NEWEST = 50
"""How many of the messages to one number are looked through when we ask what became of ours."""


@dataclass(frozen=True, slots=True)
class TextOut:
    """One text, with real code and link in it: it lives in memory only."""

    outbox_id: int
    to: str
    sender: str  # a number of ours, or a messaging service
    body: str
    status_callback: str
    validity_seconds: int = LONGEST_VALIDITY

    def __repr__(self) -> str:
        return f"TextOut({self.outbox_id})"


@dataclass(frozen=True, slots=True)
class Found:
    """A message that the provider knows of."""

    provider_id: str
    state: str
    error_code: str | None
    created_at: datetime | None


class TextChannel(Protocol):
    """Whatever carries texts."""

    async def send(self, text: TextOut) -> Sent: ...
    async def find(self, to: str, sender: str, since: datetime) -> list[Found]: ...
    async def look_up(self, provider_id: str) -> Found | None: ...
    async def redact(self, provider_id: str) -> bool: ...


class TwilioText:
    """One Twilio account. The SDK is imported on first use: it takes half a second."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        account_sid: str,
        auth_token: str,
        api_url: str = "https://api.twilio.com",
        patience: aiohttp.ClientTimeout = PATIENCE,
    ) -> None:
        self._patience = patience
        self._session = session
        self._account = account_sid
        self._token = auth_token
        self._api_url = api_url.rstrip("/")
        self._made: Client | None = None

    def __repr__(self) -> str:
        return "TwilioText()"

    async def warm(self) -> None:
        """Import the SDK in a thread, so that the first patient does not wait for it."""
        await asyncio.to_thread(__import__, "twilio.rest")
        self._client()

    async def send(self, text: TextOut) -> Sent:
        """Hand one text over, once."""
        from twilio.base.exceptions import TwilioException

        from bot.channels.twilio_http import BusyError, NeverLeftError

        try:
            made = await self._create(text)
        except NeverLeftError:
            return TryLater()
        except BusyError as busy:
            return TryLater(busy.after)
        except TwilioException as error:
            return _refusal(error)
        except Exception as error:  # noqa: BLE001 - whatever went wrong with the answer, the text may be out
            log.warning("text may be sent: %s", type(error).__name__)
            return MaybeSent()
        return Accepted(made.sid, str(made.status)) if made.sid else MaybeSent()

    async def _create(self, text: TextOut) -> "MessageInstance":
        from twilio.base.values import unset

        service = text.sender.startswith(SERVICE_PREFIX)
        return await self._client().messages.create_async(
            to=text.to,
            from_=unset if service else text.sender,
            messaging_service_sid=text.sender if service else unset,
            body=text.body,
            status_callback=text.status_callback,
            validity_period=text.validity_seconds,
        )

    async def find(self, to: str, sender: str, since: datetime) -> list[Found]:
        """Messages to that number made since then. Raises when the provider cannot be asked."""
        # DateSent is empty until a message leaves the provider's queue, so the time is compared here.
        from twilio.base.values import unset

        number = unset if sender.startswith(SERVICE_PREFIX) else sender
        listed = await self._client().messages.list_async(to=to, from_=number, limit=NEWEST)
        found = [_found(one) for one in listed if one.sid]
        return [one for one in found if one.created_at is None or one.created_at >= since]

    async def look_up(self, provider_id: str) -> Found | None:
        """Where a message stands, when no callback came. None: not known now."""
        try:
            return _found(await self._client().messages(provider_id).fetch_async())
        except Exception as error:  # noqa: BLE001 - asked again later
            log.info("state not known: %s", type(error).__name__)
            return None

    async def redact(self, provider_id: str) -> bool:
        """Have the provider forget the words of a message."""
        try:
            await self._client().messages(provider_id).update_async(body="")
        except Exception as error:  # noqa: BLE001 - the caller asks again later
            log.info("not redacted: %s", type(error).__name__)
            return False
        return True

    def _client(self) -> "Client":
        if self._made is None:
            from twilio.rest import Client

            from bot.channels.twilio_http import SharedSession

            # An environment of its own: TWILIO_EDGE of the shell must not redirect a practice's messages.
            http = SharedSession(self._session, self._patience)
            client = Client(self._account, self._token, http_client=http, environment={"": ""})  # type: ignore[no-untyped-call]
            client.api.base_url = self._api_url
            self._made = client
        return self._made


def _found(one: "MessageInstance") -> Found:
    code = str(one.error_code) if one.error_code else None
    return Found(str(one.sid), str(one.status), code, one.date_created)


def _refusal(error: "TwilioException") -> Sent:
    code = getattr(error, "code", None)
    return TryLater() if code == TOO_MANY else Refused(str(code))
