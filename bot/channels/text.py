"""Text messages out, through the twilio SDK."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

import aiohttp

from bot.channels.results import Accepted, MaybeSent, Refused, Sent, TryLater

if TYPE_CHECKING:
    from twilio.base.exceptions import TwilioException
    from twilio.base.version import Version

log = logging.getLogger(__name__)

LONGEST_VALIDITY = 36_000
TOO_MANY, NOT_FOUND = 20429, 20404
PATIENCE = aiohttp.ClientTimeout(total=10, connect=3)
SERVICE_PREFIX = "MG"
API_VERSION = "2010-04-01"
ASKS = {"Accept": "application/json"}
SAYS = {"Content-Type": "application/x-www-form-urlencoded"}
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
    """One Twilio account. The SDK is imported on first use: it takes half a second.

    Messages are asked for by their address, at the SDK's `Version`: its classes for them bring those for all else that
    an account holds, 92 modules and 7 MB.
    """

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
        self._made: Version | None = None

    def __repr__(self) -> str:
        return "TwilioText()"

    async def warm(self) -> None:
        """Import the SDK in a thread, so that the first patient does not wait for it."""
        await asyncio.to_thread(__import__, "twilio.rest")
        self._api()

    async def send(self, text: TextOut) -> Sent:
        """Hand one text over, once."""
        from twilio.base.exceptions import TwilioException

        from bot.channels.twilio_http import BusyError, NeverLeftError

        try:
            made = await self._create(text)
            taken = Accepted(str(made["sid"]), str(made.get("status"))) if made.get("sid") else MaybeSent()
        except NeverLeftError:
            return TryLater()
        except BusyError as busy:
            return TryLater(busy.after)
        except TwilioException as error:
            return _refusal(error)
        except Exception as error:  # noqa: BLE001 - whatever went wrong with the answer, the text may be out
            log.warning("text may be sent: %s", type(error).__name__)
            return MaybeSent()
        return taken

    async def _create(self, text: TextOut) -> dict[str, Any]:
        form: dict[str, object] = {
            "To": text.to,
            "MessagingServiceSid" if text.sender.startswith(SERVICE_PREFIX) else "From": text.sender,
            "Body": text.body,
            "StatusCallback": text.status_callback,
            "ValidityPeriod": text.validity_seconds,
        }
        made: dict[str, Any] = await self._api().create_async(
            "POST", self._messages, data=form, headers={**ASKS, **SAYS}
        )
        return made

    async def find(self, to: str, sender: str, since: datetime) -> list[Found]:
        """Messages to that number made since then. Raises when the provider cannot be asked."""
        # DateSent is empty until a message leaves the provider's queue, so the time is compared here.
        wanted: dict[str, object] = {"To": to, "PageSize": NEWEST}
        if not sender.startswith(SERVICE_PREFIX):
            wanted["From"] = sender
        listed = await self._api().fetch_async("GET", self._messages, params=wanted, headers=ASKS)
        found = [_found(one) for one in listed["messages"] if one.get("sid")]
        return [one for one in found if one.created_at is None or one.created_at >= since]

    async def look_up(self, provider_id: str) -> Found | None:
        """Where a message stands, when no callback came. None: not known now."""
        try:
            return _found(await self._api().fetch_async("GET", self._message(provider_id), headers=ASKS))
        except Exception as error:  # noqa: BLE001 - asked again later
            log.info("state not known: %s", type(error).__name__)
            return None

    async def redact(self, provider_id: str) -> bool:
        """Have the provider forget the words of a message. True: they are not there, or not any more."""
        try:
            headers = {**ASKS, **SAYS}
            await self._api().update_async("POST", self._message(provider_id), data={"Body": ""}, headers=headers)
        except Exception as error:  # noqa: BLE001 - the caller asks again later
            # The code and not the status: another server that answers in the provider's place knows no code.
            if getattr(error, "code", None) == NOT_FOUND:
                return True
            log.info("not redacted: %s", type(error).__name__)
            return False
        return True

    @property
    def _messages(self) -> str:
        return f"/Accounts/{self._account}/Messages.json"

    def _message(self, provider_id: str) -> str:
        return f"/Accounts/{self._account}/Messages/{quote(provider_id, safe='')}.json"

    def _api(self) -> "Version":
        if self._made is None:
            from twilio.base.domain import Domain
            from twilio.base.version import Version
            from twilio.rest import Client

            from bot.channels.twilio_http import SharedSession

            # An environment of its own: TWILIO_EDGE of the shell must not redirect a practice's messages.
            http = SharedSession(self._session, self._patience)
            client = Client(self._account, self._token, http_client=http, environment={"": ""})  # type: ignore[no-untyped-call]
            self._made = Version(Domain(client, self._api_url), API_VERSION)
        return self._made


def _found(one: Mapping[str, Any]) -> Found:
    from twilio.base.deserialize import rfc2822_datetime

    code = str(one["error_code"]) if one.get("error_code") else None
    made_at = one.get("date_created")
    return Found(str(one["sid"]), str(one["status"]), code, rfc2822_datetime(made_at) if made_at else None)


def _refusal(error: "TwilioException") -> Sent:
    code = getattr(error, "code", None)
    return TryLater() if code == TOO_MANY else Refused(str(code))
