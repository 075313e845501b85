"""Whom a code proves, who gets it, and where it goes."""

from conversations.effects import OpenPayLink
from conversations.events import Way
from conversations.turn import Person, Proof, Turn


def holder(turn: Turn) -> Person:
    """The one who answers for these bills, and gets the codes: the payer, or the guarantor of a minor."""
    chosen = turn.chosen
    lead = next((p for p in chosen if p.pays_for), chosen[0]) if len(chosen) > 1 else chosen[0]
    if not lead.minor:
        return lead
    return next((p for p in turn.facts.people if lead.id in p.pays_for), lead)


def proving(turn: Turn) -> tuple[int, ...]:
    """Whom a code proves, its holder first."""
    first = holder(turn).id
    return first, *[p for p in turn.chosen_ids if p != first]


def other_way(turn: Turn) -> Way:
    """Not the way they write to us."""
    return "email" if turn.facts.channel == "text" else "text"


def other_address(turn: Turn) -> str:
    """Masked; empty when the file has none."""
    held_by = holder(turn)
    return held_by.email if other_way(turn) == "email" else held_by.phone


def page_link(turn: Turn) -> OpenPayLink:
    """Our page, which asks for the code."""
    code = turn.facts.codes.open
    whom = turn.chosen_ids or (code.person_ids if code else tuple(p.id for p in turn.facts.people))
    return OpenPayLink(whom, asks_code=True)


def own_link(turn: Turn, amount_cents: int | None = None) -> OpenPayLink:
    """Their page; on a phone that several people share, it asks for a code."""
    return OpenPayLink(turn.chosen_ids, amount_cents, asks_code=turn.facts.shared)


def goes_elsewhere(turn: Turn) -> bool:
    """They have an address of the other kind."""
    return bool(other_address(turn))


def needs_person(turn: Turn) -> bool:
    """What they asked for takes more than holding the phone."""
    return turn.need is Proof.PERSON


def nobody(turn: Turn) -> bool:
    """On a shared phone, about whom is not known (any more)."""
    return not turn.chosen
