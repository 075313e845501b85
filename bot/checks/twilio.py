"""Checks of the Twilio account and of each number or service that a practice texts from."""

from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import phonenumbers

from bot.checks.line import Line, Lines, failure, ok, warning
from bot.checks.surroundings import Surroundings
from bot.practice_file import PracticeFile
from bot.settings.subaccounts import MISSING, WAY_OUT

SERVICES_URL = "https://messaging.twilio.com"
DEFAULT_URL = "https://api.twilio.com"
INBOUND = "/webhooks/twilio/sms"
SEE_OURS = "See PAYBOT_TWILIO_ACCOUNT_SID and PAYBOT_TWILIO_AUTH_TOKEN."
SEE_ITS = "See its id in the practice file, and PAYBOT_TWILIO_AUTH_TOKEN_{account} in the secrets folder."


class _UnansweredError(Exception):
    """Twilio said no, or nothing."""

    def __init__(self, status: int) -> None:
        self.status = status


async def twilio(around: Surroundings) -> Lines:
    """Account, numbers, services."""
    ours = around.settings
    if ours.sms == "simulator":
        yield ok("twilio", "The simulator stands in for it: nobody is texted.")
        return
    token = ours.twilio_auth_token.get_secret_value()
    asking = _Asking(around, ours.twilio_account_sid, token)
    async for line in _account(asking):
        yield line
    for practice in around.practices:
        own, account = asking, practice.twilio_account_sid
        if account not in {"", asking.sid}:
            subject = f"twilio {practice.slug}"
            if ours.lacks_token(account):
                yield failure(subject, MISSING, WAY_OUT.format(account=account))
                continue
            own = _Asking(around, account, ours.subaccounts().tokens(account)[0])
            async for line in _account(own, subject, SEE_ITS.format(account=account)):
                yield line
        if own.answers:
            async for line in _senders(own, practice, around):
                yield line
    if asking.answers:
        yield _opt_out(ours.opt_out_mode)


class _Asking:
    """GETs with the account's credentials."""

    def __init__(self, around: Surroundings, sid: str, token: str) -> None:
        self.around, self.sid, self.answers = around, sid, False
        self._auth = {"Authorization": aiohttp.encode_basic_auth(sid, token)}
        self.api = around.settings.twilio_api_url
        self.services = SERVICES_URL if self.api == DEFAULT_URL else self.api

    async def get(self, url: str, **query: str) -> Mapping[str, Any]:
        """What it says. Raises _UnansweredError."""
        try:
            asked = self.around.session.get(url, params=query, headers=self._auth, allow_redirects=False)
            async with asked as answer:
                date = answer.headers.get("Date", "")
                if answer.status != 200:
                    raise _UnansweredError(answer.status)
                found = await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise _UnansweredError(0) from None
        if date:
            self.around.clocks["Twilio"] = (parsedate_to_datetime(date), self.around.clock())
        return found if isinstance(found, dict) else {}


async def _account(asking: _Asking, subject: str = "twilio", see: str = SEE_OURS) -> Lines:
    try:
        account = await asking.get(f"{asking.api}/2010-04-01/Accounts/{asking.sid}.json")
    except _UnansweredError as error:
        yield _no_answer(error.status, subject, see)
        return
    asking.answers = True
    if account.get("status") != "active":
        yield failure(
            subject,
            f"The account is {account.get('status') or 'in an unknown state'}.",
            "See the Twilio console: nothing is sent until it is active.",
        )
    elif account.get("type") == "Trial":
        yield warning(subject, "The account is a trial one.", "It texts verified numbers only: upgrade it.")
    else:
        yield ok(subject, "The account is active.")


def _no_answer(status: int, subject: str, see: str) -> Line:
    if status in {401, 403}:
        return failure(subject, "It does not know these credentials.", see)
    said = f"It answers with status {status}." if status else "It does not answer."
    return failure(subject, said, "See PAYBOT_TWILIO_API_URL and this machine's way out.")


async def _senders(asking: _Asking, practice: PracticeFile, around: Surroundings) -> Lines:
    if practice.role == "collector":
        return
    found = [("number", number) for number in practice.text_numbers]
    found += [("service", practice.messaging_service)] if practice.messaging_service else []
    for kind, sender in found:
        subject = f"{kind} of {practice.slug} {sender if kind == 'service' else f'…{sender[-4:]}'}"
        try:
            look = _service_faults if kind == "service" else _number_faults
            lines = [line async for line in look(asking, sender, subject, around.settings.public_url + INBOUND)]
        except _UnansweredError as error:
            lines = [
                failure(
                    subject, f"Twilio does not show it (status {error.status}).", "See that it belongs to this account."
                )
            ]
        for line in lines or [ok(subject, "It texts, and hands what comes in to us.")]:
            yield line


async def _number_faults(asking: _Asking, number: str, subject: str, inbound: str) -> Lines:
    if phonenumbers.region_code_for_number(phonenumbers.parse(number)) not in {"US", "PR", "GU", "VI", "AS", "MP"}:
        yield failure(subject, "It is not a US number.", "Texts about health go from US numbers only: buy one.")
    url = f"{asking.api}/2010-04-01/Accounts/{asking.sid}/IncomingPhoneNumbers.json"
    listed = (await asking.get(url, PhoneNumber=number)).get("incoming_phone_numbers") or []
    if not listed:
        yield failure(subject, "The account does not own it.", "Buy it, or take it out of text_numbers.")
        return
    own = listed[0]
    if not (own.get("capabilities") or {}).get("sms"):
        yield failure(subject, "It cannot text.", "Use a number with SMS.")
    for line in _webhook_faults(subject, own.get("sms_url"), own.get("sms_method"), inbound):
        yield line
    if not own.get("sms_fallback_url"):
        yield warning(
            subject,
            "It has no fallback address.",
            f"Set it to {inbound} too: a message that fails once is then tried again.",
        )


async def _service_faults(asking: _Asking, service: str, subject: str, inbound: str) -> Lines:
    own = await asking.get(f"{asking.services}/v1/Services/{service}")
    for flag, called in (("sticky_sender", "Sticky Sender"), ("fallback_to_long_code", "Fallback to Long Code")):
        if own.get(flag) is True:
            yield failure(subject, f"{called} is on.", "Turn it off: message redaction does not work with it.")
    if own.get("use_inbound_webhook_on_number") is True:
        yield warning(
            subject,
            "It leaves what comes in to each number's own webhook.",
            f"Set the service's inbound request address to {inbound}.",
        )
        return
    for line in _webhook_faults(subject, own.get("inbound_request_url"), own.get("inbound_method"), inbound):
        yield line
    if not own.get("fallback_url"):
        yield warning(
            subject,
            "It has no fallback address.",
            f"Set it to {inbound} too: a message that fails once is then tried again.",
        )


def _webhook_faults(subject: str, url: object, method: object, inbound: str) -> Iterator[Line]:
    if url != inbound:
        yield failure(subject, "What comes in goes to another address.", f"Set it to {inbound}.")
    if str(method or "POST").upper() != "POST":
        yield failure(subject, "What comes in is sent by GET, whose query Twilio logs.", "Set the method to POST.")


def _opt_out(mode: str) -> Line:
    if mode == "self":
        return warning(
            "opt-out",
            "We answer STOP, START and HELP; Twilio's own handling cannot be seen from here.",
            "See that its own opt-out handling is off, or patients get two answers.",
        )
    return ok("opt-out", f"Twilio answers STOP, START and HELP ({mode}); other wordings are ours.")
