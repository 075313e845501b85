"""Calls to Stripe: one client on our own session, and what a failed call means for the money."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.payments.protocol import ProcessorAwayError

if TYPE_CHECKING:
    from stripe import CardError, StripeClient, StripeError

log = logging.getLogger(__name__)

MISSING = "PAYBOT_CHECKOUT=stripe needs the Stripe library: pip install 'paybot[stripe]'"
PATIENCE = aiohttp.ClientTimeout(total=20, connect=3)
PAGE = 100
IN_USE = "idempotency_key_in_use"
IN_USE_SECONDS = (0.2, 0.5, 1.0)
NOTHING_DONE = frozenset({401, 403, 429})

Told = dict[str, Any]
Call = Callable[[], Awaitable[Any]]


class NobodyKnowsError(RuntimeError):
    """The call may have done what it asked for: look before anything else."""


class RefusedError(RuntimeError):
    """Stripe understood and said no; nothing was done. `code` is its word for why, `declined` the bank's verdict."""

    def __init__(self, code: str, told: Told | None = None) -> None:
        super().__init__(code)
        self.code, self.told = code, told or {}


class SameKeyError(RuntimeError):
    """That key was used before, for something that reads otherwise."""


def is_installed() -> bool:
    """Is the extra there?"""
    return find_spec("stripe") is not None


class Calls:
    """The SDK is imported on first use. No call is repeated by the SDK: that is decided here."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_key: str,
        api_url: str = "https://api.stripe.com",
        patience: aiohttp.ClientTimeout = PATIENCE,
    ) -> None:
        self._session, self._key, self._url, self._patience = session, api_key, api_url, patience
        self._made: StripeClient | None = None

    def __repr__(self) -> str:
        return "Calls()"

    @property
    def live(self) -> bool:
        """Does the key take real money?"""
        return "_live_" in self._key

    @property
    def api(self) -> "StripeClient":
        """The client."""
        if self._made is None:
            import stripe

            # How long our last call took is nobody's business, and one line a call is too many.
            stripe.enable_telemetry = False
            logging.getLogger("stripe").setLevel(logging.WARNING)
            client = stripe.AIOHTTPClient(session=self._session, timeout=self._patience)
            where: Any = {"api": self._url, "connect": self._url, "files": self._url}
            self._made = stripe.StripeClient(
                self._key,
                http_client=client,
                base_addresses=where,
                max_network_retries=0,
            )
        return self._made

    async def do(self, call: Call) -> Told:
        """What Stripe answered. Raises ProcessorAwayError, NobodyKnowsError, RefusedError, SameKeyError."""
        for wait in (*IN_USE_SECONDS, None):
            try:
                async with _understood():
                    found: Told = (await call()).to_dict()
                    return found
            except _InUseError:
                if wait is None:
                    raise NobodyKnowsError(IN_USE) from None
                await asyncio.sleep(wait)
        raise NobodyKnowsError(IN_USE)

    async def each(self, call: Call) -> list[Told]:
        """Everything on a list, page after page. Raises as `do`."""
        async with _understood():
            listed = await call()
            return [one.to_dict() async for one in listed.auto_paging_iter()]


class _InUseError(RuntimeError):
    """The same key is being worked on by another call."""


@asynccontextmanager
async def _understood() -> AsyncIterator[None]:
    import stripe

    try:
        yield
    except stripe.IdempotencyError:
        raise SameKeyError("idempotency_error") from None
    except stripe.CardError as error:
        raise RefusedError(_code(error), _told(error)) from None
    except stripe.InvalidRequestError as error:
        raise RefusedError(_code(error), _told(error)) from None
    except stripe.APIConnectionError as error:
        # Never connected is one thing; a question that may have arrived is another.
        if isinstance(error.__cause__, aiohttp.ClientConnectorError):
            raise ProcessorAwayError("Stripe cannot be reached") from None
        raise NobodyKnowsError(type(error.__cause__).__name__) from None
    except stripe.StripeError as error:
        if error.http_status in NOTHING_DONE:
            log.warning("Stripe refuses our calls: %s", error.http_status)
            raise ProcessorAwayError(f"Stripe answered {error.http_status}") from None
        if _code(error) == IN_USE:
            raise _InUseError(IN_USE) from None
        raise NobodyKnowsError(f"Stripe answered {error.http_status}") from None
    except (aiohttp.ClientError, TimeoutError) as error:  # the answer broke off: the SDK lets these pass
        raise NobodyKnowsError(type(error).__name__) from None


def _told(error: "CardError | StripeError") -> Told:
    body = error.json_body
    found = body.get("error") if isinstance(body, dict) else None
    return found if isinstance(found, dict) else {}


def _code(error: "StripeError") -> str:
    return str(_told(error).get("code") or error.code or type(error).__name__)
