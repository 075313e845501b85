"""Reads what was chosen on the balance page: how much, with which card, and what was agreed to."""

from dataclasses import dataclass

from aiohttp import web

from bot.paying.checkout import checkouts
from bot.paying.checkout.checkouts import Choice, Hindrance
from bot.paying.saved_cards.mandates import Consent
from bot.web.forms import one
from bot.web.keys import PAGES, SETTINGS
from bot.web.network import client
from bot.web.pay.visitor import Visitor
from bot.web.signed import Form
from conversations.conversation import Proof

MOST_VISITS = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """`card_id` None: a new card. `seen_cents`: the balance that stood on their page."""

    choice: Choice
    card_id: int | None
    seen_cents: int | None
    consent: Consent


def read(request: web.Request, who: Visitor, form: Form) -> Chosen | Hindrance:
    """What they chose; a Hindrance where it could mean something else."""
    part, visits = None, ticked(form)
    if visits and who.session.proof is Proof.NONE:  # what a visit costs is nothing that they are shown
        return Hindrance.UNCLEAR
    if is_part(form):
        part, visits = checkouts.read_amount(one(form, "amount", 12)), ()
        if part is None:
            return Hindrance.UNREADABLE
    elif one(form, "choice") != "visits":
        visits = ()
    elif not visits:
        return Hindrance.UNCLEAR
    method = one(form, "method", 30)
    card_id = number(method.removeprefix("card-")) if method.startswith("card-") else None
    if method not in {"", "new"} and (card_id is None or who.session.proof is not Proof.PERSON):
        return Hindrance.CARD_GONE
    keep = card_id is None and one(form, "keep") == "yes" and who.session.proof is not Proof.NONE
    return Chosen(
        Choice(part, visits, keep, card_id is not None),
        card_id,
        number(one(form, "owed", 12)),
        consent(request, who, form),
    )


def is_part(form: Form) -> bool:
    """Did they write an amount of their own?"""
    return one(form, "choice") == "part" or bool(one(form, "amount", 12) and not one(form, "choice"))


def ticked(form: Form) -> tuple[str, ...]:
    """The visits with a tick; more than anybody has are none."""
    keys = [key for key in form.getall("visit", []) if isinstance(key, str) and len(key) <= 30]
    return tuple(keys[:MOST_VISITS])


def consent(request: web.Request, who: Visitor, form: Form) -> Consent:
    """The words of the boxes that were ticked, and where."""
    file, pages = who.practice.file, request.app[PAGES]
    texted = one(form, "by_text") == "yes" and file.policy.saved_card_by_text
    where = client(request, request.app[SETTINGS].trusted_proxies)
    return Consent(
        save=pages.words("mandate_save", who.language, file, file.name),
        by_text=pages.words("mandate_by_text", who.language, file, file.name) if texted else "",
        language=who.language,
        network=str(where or "unknown"),
    )


def number(text: str) -> int | None:
    """A whole number as our own forms carry it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
