"""Which saved card a texted reply may charge for the people a talk is about."""

from conversations.facts import SavedCard
from conversations.steps.proving import holder
from conversations.turn import Proof, Turn


def textable_card(turn: Turn) -> SavedCard | None:
    """The newest one that may be charged by a reply, of whoever answers for these bills, once the person is proved."""
    if not turn.facts.policy.saved_card_by_text or not turn.chosen or not turn.proved(Proof.PERSON):
        return None
    payer = holder(turn)
    if payer.id not in turn.kept.proof_people or payer.deceased:
        return None
    return next((card for card in payer.cards if card.by_text and not card.held), None)


def offered_card(turn: Turn) -> SavedCard | None:
    """The one that was offered, while it may still be charged; before an offer, the one to offer."""
    card, offered = textable_card(turn), turn.recall("card")
    if card is None or not isinstance(offered, int):
        return card
    return next((one for one in holder(turn).cards if one.id == offered and one.by_text and not one.held), None)
