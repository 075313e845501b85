"""Twilio's two webhooks: a text that came in, and news of one that went out."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial

from aiohttp import web
from multidict import CIMultiDict

from bot.turns.road import Arrival
from bot.web.forms import FORM, is_form, one, read_body, read_fields, refuse_encoded
from bot.web.keys import CLOCK, NUMBERS, ROAD, SETTINGS, SIGNATURES, SIGNERS, STATUSES
from bot.web.signed import EMPTY, SIGNATURE, SIGNATURE_SETTINGS, Form
from conversations.events import MessageReceived, ProviderSaid
from conversations.hearing.cards import redact
from conversations.hearing.codes import without_codes
from conversations.hearing.reserved import provider_word

ANSWER = b"<Response/>"
XML = CIMultiDict({"Content-Type": "text/xml; charset=utf-8"})
LONGEST_BODY = 1600
"""What one text can hold at Twilio, however many segments."""
LONGEST_ACCOUNT = 64
_SID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ADDRESS = re.compile(r"\+?[A-Za-z0-9 :+._-]{1,40}")
_OPT_OUT_TYPES: Mapping[str, ProviderSaid] = {"STOP": "stop", "START": "start", "HELP": "help"}
_PERSON = re.compile(r"\+[1-9][0-9]{6,14}")

routes = web.RouteTableDef()


@routes.post("/webhooks/twilio/sms")
async def sms(request: web.Request) -> web.Response:
    """Keeps the text and answers it in one commit; the answer itself leaves by the outbox, never here."""
    (form, account), app = await _signed(request), request.app
    ours, address = one(form, "To", 40), one(form, "From", 40)
    numbers = app[NUMBERS]
    on_file = await numbers.on_file(ours)
    if not numbers.is_named(ours) and (service := one(form, "MessagingServiceSid", 40)):
        on_file = await numbers.on_file_of(service, ours, account)
    else:
        service = ""
    robot = numbers.is_ours(address, account)
    mode = app[SETTINGS].opt_out_mode
    arrival = read_text(form, ours, address, app[CLOCK](), mode, on_file, robot=robot, service=service, account=account)
    answer = web.Response(body=ANSWER, headers=XML)
    await app[ROAD].take(arrival, meanwhile=partial(answer.prepare, request))
    return answer


@routes.post("/webhooks/twilio/status")
async def status(request: web.Request) -> web.Response:
    """Notes how far a text of ours has come. News may be late, repeated, or ahead of our own call."""
    form, account = await _signed(request)
    sid, state = _sid(form), one(form, "MessageStatus", 20) or one(form, "SmsStatus", 20)
    if not state.isalpha():
        raise web.HTTPBadRequest(text="MessageStatus is missing or no word.")
    row = request.query.get("m", "")
    outbox_id = int(row) if row.isascii() and row.isdigit() and len(row) < 19 else None
    await request.app[STATUSES](sid, outbox_id, state.lower(), one(form, "ErrorCode", 10) or None, account)
    return web.Response(status=204)


async def _signed(request: web.Request) -> tuple[Form, str]:
    """The form, and the practice's own account that signed it; empty when it was ours."""
    refuse_encoded(request)
    settings = request.headers.get(SIGNATURE_SETTINGS, "")
    signature = request.headers.get(SIGNATURE, "")
    if not signature:
        raise web.HTTPForbidden(text="The signature is missing.")
    if not is_form(request):
        await _refuse_other_body(request, signature, settings)
    form = await read_fields(request)
    account, signatures = request.app[SIGNERS].of(one(form, "AccountSid", LONGEST_ACCOUNT))
    if not signatures.good(request.raw_path, form or EMPTY, signature, settings):
        raise web.HTTPForbidden(text="The signature is wrong.")
    return form, account


async def _refuse_other_body(request: web.Request, signature: str, settings: str) -> None:
    """JSON is signed by its hash in the address; no message comes so, and a stranger learns nothing."""
    body = (await read_body(request)).decode("utf-8", "replace") if request.content_type == "application/json" else ""
    if not request.app[SIGNATURES].good(request.raw_path, body, signature, settings):
        raise web.HTTPForbidden(text="The signature is wrong.")
    raise web.HTTPUnsupportedMediaType(text=f"Send a form ({FORM}).")


def _sid(form: Form) -> str:
    sid = one(form, "MessageSid", 64) or one(form, "SmsSid", 64)
    if not _SID.fullmatch(sid):
        raise web.HTTPBadRequest(text="MessageSid is missing or not an id.")
    return sid


def read_text(
    form: Form,
    ours: str,
    address: str,
    now: datetime,
    opt_out: str,
    on_file: Collection[str],
    *,
    robot: bool = False,
    service: str = "",
    account: str = "",
) -> Arrival:
    """The event in a signed form, card numbers taken out at the door. A robot's text makes none: kept, silent."""
    sid, person = _sid(form), _PERSON.fullmatch(address)
    if not (_ADDRESS.fullmatch(ours) and (person or _ADDRESS.fullmatch(address))):
        raise web.HTTPBadRequest(text="To or From is missing or not a number.")
    raw = _body(form)
    kept = redact(raw[:LONGEST_BODY], (address, ours, *on_file))
    event = MessageReceived(
        text=kept.text,
        cards_removed=kept.cards,
        digits_removed=kept.runs,
        media=_count(form),
        provider_said=_provider_said(form, raw, opt_out),
    )
    details: dict[str, str | int] = {"media": event.media} if event.media else {}
    if account:
        details["account"] = account
    if len(raw) > LONGEST_BODY:
        details["cut_from"] = len(raw)
    # Short codes and names cannot be answered, and a number of ours would talk to itself for ever.
    robot = robot or not person
    return Arrival(
        provider="twilio",
        provider_id=sid,
        event=None if robot else event,
        received_at=now,
        ours=ours,
        service=service,
        account=account,
        address=address,
        text=without_codes(kept.text),
        details={**details, "ignored": "not a person's number"} if robot else details,
    )


def _body(form: Form) -> str:
    """The words, without what no database can keep."""
    values = form.getall("Body", [""])
    return values[-1].replace("\x00", "")


def _count(form: Form) -> int:
    """How many pictures came along. They are never fetched: one may show a card."""
    number = one(form, "NumMedia", 3)
    return min(int(number), 10) if number.isascii() and number.isdigit() else 0


def _provider_said(form: Mapping[str, str], raw: str, opt_out: str) -> ProviderSaid:
    match opt_out:
        case "default":
            return provider_word(raw)
        case "advanced":
            return _OPT_OUT_TYPES.get(form.get("OptOutType", "").strip().upper(), "")
        case _:
            return ""
