"""Text messages out, through the twilio SDK."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
TOKEN_MAY_COME = timedelta(minutes=1)

TokensOf = Callable[[str], Sequence[str]]
"""The tokens of a practice's own account, by its id: the first is for our calls, all may sign. Empty: we hold none."""


@dataclass(frozen=True, slots=True)
class TextOut:
    """One text, with real code and link in it: it lives in memory only."""

    outbox_id: int
    to: str
    sender: str  # a number of ours, or a messaging service
    body: str
    status_callback: str
    validity_seconds: int = LONGEST_VALIDITY
    account: str = ""  # the practice's own at the provider; empty: the one that is everybody's

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
    """Whatever carries texts. `account` is the one that a message left or arrived by; no other is ever asked."""

    async def send(self, text: TextOut) -> Sent: ...
    async def find(self, to: str, sender: str, since: datetime, account: str = "") -> list[Found]: ...
    async def look_up(self, provider_id: str, account: str = "") -> Found | None: ...
    async def redact(self, provider_id: str, account: str = "") -> bool: ...


class NoTokenError(Exception):
    """We hold no token of that account, so nothing was asked there."""


def no_others(_: str) -> Sequence[str]:
    """Where every practice texts by the one account."""
    return ()


class TwilioText:
    """Our Twilio account, and the subaccounts of practices. The SDK is imported on first use: it takes half a second.

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
        tokens_of: TokensOf = no_others,
    ) -> None:
        self._patience = patience
        self._tokens_of = tokens_of
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
        except NoTokenError:
            return TryLater(TOKEN_MAY_COME)
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
        auth = self._auth(text.account)
        made: dict[str, Any] = await self._api().create_async(
            "POST", _messages(auth), data=form, headers={**ASKS, **SAYS}, auth=auth
        )
        return made

    async def find(self, to: str, sender: str, since: datetime, account: str = "") -> list[Found]:
        """Messages to that number made since then. Raises when the provider cannot be asked."""
        # DateSent is empty until a message leaves the provider's queue, so the time is compared here.
        wanted: dict[str, object] = {"To": to, "PageSize": NEWEST}
        if not sender.startswith(SERVICE_PREFIX):
            wanted["From"] = sender
        auth = self._auth(account)
        listed = await self._api().fetch_async("GET", _messages(auth), params=wanted, headers=ASKS, auth=auth)
        found = [_found(one) for one in listed["messages"] if one.get("sid")]
        return [one for one in found if one.created_at is None or one.created_at >= since]

    async def look_up(self, provider_id: str, account: str = "") -> Found | None:
        """Where a message stands, when no callback came. None: not known now."""
        try:
            auth = self._auth(account)
            return _found(await self._api().fetch_async("GET", _message(auth, provider_id), headers=ASKS, auth=auth))
        except Exception as error:  # noqa: BLE001 - asked again later
            log.info("state not known: %s", type(error).__name__)
            return None

    async def redact(self, provider_id: str, account: str = "") -> bool:
        """Have the provider forget the words of a message. True: they are not there, or not any more."""
        try:
            auth, headers = self._auth(account), {**ASKS, **SAYS}
            address = _message(auth, provider_id)
            await self._api().update_async("POST", address, data={"Body": ""}, headers=headers, auth=auth)
        except Exception as error:  # noqa: BLE001 - the caller asks again later
            # The code and not the status: another server that answers in the provider's place knows no code.
            if getattr(error, "code", None) == NOT_FOUND:
                return True
            log.info("not redacted: %s", type(error).__name__)
            return False
        return True

    def _auth(self, account: str) -> tuple[str, str]:
        """As whom we ask. Asked anew for each call: a token may be replaced while we run."""
        if account in {"", self._account}:
            return self._account, self._token
        tokens = self._tokens_of(account)
        if not tokens:
            raise NoTokenError
        return account, tokens[0]

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


def _messages(auth: tuple[str, str]) -> str:
    return f"/Accounts/{auth[0]}/Messages.json"


def _message(auth: tuple[str, str], provider_id: str) -> str:
    return f"/Accounts/{auth[0]}/Messages/{quote(provider_id, safe='')}.json"


def _found(one: Mapping[str, Any]) -> Found:
    from twilio.base.deserialize import rfc2822_datetime

    code = str(one["error_code"]) if one.get("error_code") else None
    made_at = one.get("date_created")
    return Found(str(one["sid"]), str(one["status"]), code, rfc2822_datetime(made_at) if made_at else None)


def _refusal(error: "TwilioException") -> Sent:
    code = getattr(error, "code", None)
    return TryLater() if code == TOO_MANY else Refused(str(code))
