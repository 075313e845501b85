"""A local Twilio for development: takes our texts as the real one does, shows them on phones, signs what it says."""

import asyncio
import hmac
import re
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime

from bot.clock import Clock

KEPT = 5000
"""Texts that the phones remember; the oldest are forgotten first."""
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")

Deliver = Callable[[str, Mapping[str, str]], Awaitable[int]]
"""Signs a form and posts it to an address of ours; the answer's status."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How a phone, or Twilio on its way there, behaves."""

    final: str = "delivered"  # the last state told; empty: no news at all
    error_code: int | None = None  # of that last state
    refusal: tuple[int, int] | None = None  # HTTP status and Twilio's code: nothing is taken
    cut: bool = False  # the text is taken, but we never hear so


HABITS: Mapping[str, Habit] = {
    "works": Habit(),
    "landline": Habit("undelivered", 30006),
    "unreachable": Habit("undelivered", 30003),
    "unknown": Habit("undelivered", 30005),
    "filtered": Habit("undelivered", 30007),
    "no_news": Habit(""),
    "opted_out": Habit(refusal=(400, 21610)),
    "invalid": Habit(refusal=(400, 21211)),
    "busy": Habit(refusal=(429, 20429)),
    "down": Habit(refusal=(500, 20500)),
    "cut": Habit(cut=True),
}


@dataclass(frozen=True, slots=True)
class SimulatedText:
    """One text, as the phone has it and as Twilio's log has it."""

    sid: str
    inbound: bool
    patient: str
    ours: str
    body: str
    at: datetime
    state: str
    version: int
    account: str
    error_code: int | None = None
    callback: str = ""
    segments: int = 1
    emptied: bool = False
    """In Twilio's log; the phone's own copy is the patient's to delete."""


class RefusedError(Exception):
    """Twilio's answer to a request it does not take."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class LocalTwilio:
    """Everything in memory: it forgets with the process, as a phone in a test should."""

    def __init__(self, clock: Clock, sms_url: str, deliver: Deliver) -> None:
        self.account_sid = "AC" + secrets.token_hex(16)
        self.auth_token = secrets.token_hex(16)
        self.habits: dict[str, str] = {}
        self.version = 0
        self._clock, self._sms_url, self._deliver = clock, sms_url, deliver
        self._texts: deque[SimulatedText] = deque(maxlen=KEPT)
        self._news: asyncio.Queue[tuple[str, SimulatedText]] = asyncio.Queue()

    # What the REST stand-in asks

    def tokens(self, account_sid: str) -> tuple[str, ...]:
        """Here every account has a token: its own, which nobody outside of this process can work out."""
        if account_sid == self.account_sid:
            return (self.auth_token,)
        return (hmac.new(self.auth_token.encode(), account_sid.encode(), "sha256").hexdigest()[:32],)

    def create(self, form: Mapping[str, str], account: str = "") -> SimulatedText:
        """Takes a text of ours, or says why not, as Twilio would."""
        to, ours, body = (
            form.get("To", ""),
            form.get("From") or form.get("MessagingServiceSid", ""),
            form.get("Body", ""),
        )
        _check(to, ours, body, form.get("ValidityPeriod", ""))
        habit = self.habit(to)
        if habit.refusal:
            raise RefusedError(*habit.refusal, "This phone was told to refuse.")
        called = form.get("StatusCallback", "")
        text = self._add(to, ours, body, "queued", inbound=False, account=account, callback=called)
        for state in ("sent", habit.final) if habit.final else ():
            self._news.put_nowait((state, text))
        return text

    def texts(self, *, to: str = "", ours: str = "", since: int = 0, account: str = "") -> list[SimulatedText]:
        """The log, newest first; of one account, or of all."""
        return [
            t
            for t in reversed(self._texts)
            if t.version > since
            and (not to or to in (t.patient, t.ours))
            and (not ours or ours in (t.ours, t.patient))
            and (not account or account == t.account)
        ]

    def find(self, sid: str, account: str) -> SimulatedText | None:
        """One text of an account's log."""
        return next((t for t in self._texts if t.sid == sid and t.account == account), None)

    def redact(self, sid: str) -> SimulatedText | None:
        """Empties the body that Twilio kept."""
        return self._replace(sid, emptied=True)

    def habit(self, number: str) -> Habit:
        """How this phone was told to behave."""
        return HABITS[self.habits.get(number, "works")]

    # What a phone does

    async def text(self, patient: str, ours: str, body: str, media: int = 0, account: str = "") -> int:
        """The patient sends a text; the answer is our own webhook's. Twilio tries a 5xx once more, and so do we."""
        text = self._add(patient, ours, body, "received", inbound=True, account=account)
        form = {
            "ToCountry": "US",
            "MessageSid": text.sid,
            "SmsSid": text.sid,
            "AccountSid": text.account,
            "From": patient,
            "To": ours,
            "Body": body,
            "NumMedia": str(media),
            "NumSegments": "1",
            "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
        }
        status = await self._deliver(self._sms_url, form)
        if status >= 500:
            status = await self._deliver(self._sms_url, form)
        return status

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While it is open, news of our texts come in."""
        task = asyncio.create_task(self._tell())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _tell(self) -> None:
        """How far each text has come, one after the other."""
        while True:
            state, text = await self._news.get()
            code = self.habit(text.patient).error_code if state not in ("queued", "sent") else None
            self._replace(text.sid, state=state, error_code=code)
            if text.callback:
                await self._deliver(text.callback, self._status_form(text, state, code))

    def _status_form(self, text: SimulatedText, state: str, code: int | None) -> dict[str, str]:
        form = {
            "MessageSid": text.sid,
            "SmsSid": text.sid,
            "AccountSid": text.account,
            "From": text.ours,
            "To": text.patient,
            "MessageStatus": state,
            "SmsStatus": state,
            "ApiVersion": "2010-04-01",
        }
        return form if code is None else {**form, "ErrorCode": str(code)}

    def _add(
        self, patient: str, ours: str, body: str, state: str, *, inbound: bool, account: str, callback: str = ""
    ) -> SimulatedText:
        self.version += 1
        sid, account = "SM" + secrets.token_hex(16), account or self.account_sid
        text = SimulatedText(
            sid, inbound, patient, ours, body, self._clock(), state, self.version, account, callback=callback
        )
        self._texts.append(text)
        return text

    def _replace(self, sid: str, **changes: object) -> SimulatedText | None:
        for place, text in enumerate(self._texts):
            if text.sid == sid:
                self.version += 1
                self._texts[place] = replace(text, version=self.version, **changes)  # type: ignore[arg-type]
                return self._texts[place]
        return None

    def resource(self, text: SimulatedText) -> dict[str, object]:
        """The text as Twilio's REST API shows it."""
        uri = f"/2010-04-01/Accounts/{text.account}/Messages/{text.sid}"
        to, from_ = (text.ours, text.patient) if text.inbound else (text.patient, text.ours)
        at = format_datetime(text.at)
        return {
            "account_sid": text.account,
            "api_version": "2010-04-01",
            "body": "" if text.emptied else text.body,
            "date_created": at,
            "date_sent": at,
            "date_updated": at,
            "direction": "inbound" if text.inbound else "outbound-api",
            "error_code": text.error_code,
            "error_message": None,
            "from": None if from_.startswith("MG") else from_,
            "messaging_service_sid": from_ if from_.startswith("MG") else None,
            "num_media": "0",
            "num_segments": str(text.segments),
            "price": None,
            "price_unit": "USD",
            "sid": text.sid,
            "status": text.state,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": to,
            "uri": f"{uri}.json",
        }


def _check(to: str, ours: str, body: str, validity: str) -> None:
    if not to:
        raise RefusedError(400, 21604, "A 'To' phone number is required.")
    if not ours:
        raise RefusedError(400, 21603, "A 'From' phone number is required.")
    if not _NUMBER.fullmatch(to):
        raise RefusedError(400, 21211, "The 'To' number is not a valid phone number.")
    if not body:
        raise RefusedError(400, 21602, "Message body is required.")
    if len(body) > 1600:
        raise RefusedError(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
    if validity and not (validity.isdigit() and 1 <= int(validity) <= 36_000):
        raise RefusedError(400, 90007, "ValidityPeriod must be from 1 to 36000 seconds.")
