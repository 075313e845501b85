"""The Twilio that this process talks to, the real or the local one: its accounts, and who may sign as one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web
from multidict import MultiDict, MultiDictProxy

from bot.channels.simulator import LocalTwilio
from bot.channels.text import TokensOf
from bot.clock import Clock
from bot.settings import Settings
from bot.settings.subaccounts import MISSING, WAY_OUT
from bot.store.practices import Practice
from bot.web import local_twilio
from bot.web.signed import SIGNATURE, Signatures

if TYPE_CHECKING:
    from bot.channels.text import TwilioText


@dataclass(frozen=True, slots=True)
class Twilio:
    """Our own account there, and whose tokens we hold besides."""

    account_sid: str
    tokens: tuple[str, ...] = field(repr=False)
    api_url: str
    tokens_of: TokensOf = field(repr=False)
    """Of practices' own accounts."""

    def acts_as(self, account: str) -> bool:
        """May we text by that account? Empty: by our own."""
        return account in {"", self.account_sid} or bool(self.tokens_of(account))

    def channel(self, session: aiohttp.ClientSession) -> "TwilioText":
        """What carries our texts there."""
        from bot.channels.text import TwilioText

        return TwilioText(session, self.account_sid, self.tokens[0], self.api_url, tokens_of=self.tokens_of)


TWILIO = web.AppKey("TWILIO", Twilio)


def twilio(settings: Settings, local: LocalTwilio | None) -> Twilio:
    """As the settings say. The tokens of practices' own accounts are files of the secrets folder, looked at anew."""
    if local:
        api_url = own_address(settings) + local_twilio.BASE
        return Twilio(local.account_sid, (local.auth_token,), api_url, local.tokens)
    account, url = settings.twilio_account_sid, settings.twilio_api_url
    return Twilio(account, settings.twilio_auth_tokens, url, settings.subaccounts().tokens)


def cannot_text(settings: Settings, practices: Sequence[Practice]) -> list[str]:
    """A sentence for each practice whose own account has no token here: the others are served all the same."""
    without = [each.file for each in practices if settings.lacks_token(each.file.twilio_account_sid)]
    return [f"{each.slug}: {MISSING} {WAY_OUT.format(account=each.twilio_account_sid)}" for each in without]


def at_home(settings: Settings, clock: Clock, session: aiohttp.ClientSession) -> LocalTwilio:
    """The local one. What it brings is signed with the token of the account that it names."""

    async def deliver(url: str, form: Mapping[str, str]) -> int:
        # Signed for the public address, as the real one does, but brought here directly: no proxy is needed at home.
        path = url.removeprefix(settings.public_url)
        signatures = Signatures(made.tokens(form["AccountSid"]), settings.public_url)
        signed = signatures.sign(path, MultiDictProxy(MultiDict(form)))
        try:
            posted = session.post(own_address(settings) + path, data=dict(form), headers={SIGNATURE: signed})
            async with posted as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 503

    made = LocalTwilio(clock, settings.public_url + "/webhooks/twilio/sms", deliver)
    return made


def own_address(settings: Settings) -> str:
    """Where this process listens, as it reaches itself."""
    host, port = settings.listen
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared with, not listened on
    name = anywhere.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"
