"""Reads what was chosen on the balance page: how much, with which card, and what was agreed to."""

from dataclasses import dataclass

from aiohttp import web

from bot.paying.checkout.checkouts import Choice, Hindrance
from bot.paying.saved_cards.mandates import Consent
from bot.web.forms import one
from bot.web.keys import PAGES, SETTINGS
from bot.web.network import client
from bot.web.pay.visitor import Visitor
from bot.web.signed import Form
from conversations.conversation import Proof
from conversations.hearing.amounts import Amount, amount

MOST_VISITS = 500
ABOUT_AMOUNT = frozenset({Hindrance.UNREADABLE, Hindrance.ABOVE, Hindrance.BELOW, Hindrance.CRUMBS})
ABOUT_VISITS = frozenset({Hindrance.UNCLEAR, Hindrance.BELOW, Hindrance.VISITS_MOVED})


@dataclass(frozen=True, slots=True)
class Chosen:
    """`card_id` None: a new card. `seen_cents`: the balance that stood on their page."""

    choice: Choice
    card_id: int | None
    seen_cents: int | None
    consent: Consent


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it was sent, to be mended rather than filled in again. `field`: where the mistake is."""

    choice: str = ""
    amount: str = ""
    visits: tuple[str, ...] = ()
    method: str = ""
    field: str = ""


def filled(form: Form, why: Hindrance) -> Filled:
    """What they chose, and which field the hindrance is about."""
    choice = "part" if is_part(form) else "visits" if one(form, "choice") == "visits" else "whole"
    about = {"part": ABOUT_AMOUNT, "visits": ABOUT_VISITS, "whole": frozenset[Hindrance]()}[choice]
    at = ("amount" if choice == "part" else "visits") if why in about else ""
    return Filled(choice, typed_amount(form), ticked(form), one(form, "method", 30), at)


def typed_amount(form: Form) -> str:
    """As it was typed; nothing where it is too long to be one."""
    return one(form, "amount", 12)


def read_amount(form: Form) -> int | None:
    """Cents, heard as in a text; None for what could mean something else."""
    heard = amount(typed_amount(form))
    return heard.cents if isinstance(heard, Amount) else None


def read(request: web.Request, who: Visitor, form: Form) -> Chosen | Hindrance:
    """What they chose; a Hindrance where it could mean something else."""
    part, visits = None, ticked(form)
    if visits and not who.sees_visits:  # what a visit costs is nothing that they are shown
        return Hindrance.UNCLEAR
    if is_part(form):
        part, visits = read_amount(form), ()
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
    return one(form, "choice") == "part" or bool(typed_amount(form) and not one(form, "choice"))


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
