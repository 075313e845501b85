"""In which order a message is listened to: the first of these that knows what it is takes it."""

from collections.abc import Callable, Mapping

from conversations.events import MailTrouble
from conversations.facts import ANSWERS_IN_TEN_MINUTES, ANSWERS_TO_WHO_TYPED_A_CODE
from conversations.flows import FLOWS
from conversations.flows.consent_words import WONDERS
from conversations.hearing import Grave, OptOut, Reserved, against_texts, redacted_code
from conversations.keywords import OTHERS, PHRASES, keyword
from conversations.machine import Answer
from conversations.steps.asking_again import WHY
from conversations.steps.calling_off import called_off, offer_called_off
from conversations.steps.one_question import about_reminder
from conversations.steps.saved_cards import textable_card
from conversations.steps.sums_meant import sum_meant
from conversations.steps.ways_to_pay import Way
from conversations.turn import READY, Owner, Proof, Turn, Verdict

ENDS: frozenset[Way] = frozenset({("running_plan", "off"), ("running_plan", "keep"), ("approval", "left")})
RESERVED: Mapping[Reserved, Way] = {
    Reserved.STOP: ("consent", "stop"),
    Reserved.START: ("consent", "start"),
    Reserved.HELP: ("consent", "help"),
}
GRAVE: Mapping[Grave, Way] = {
    Grave.CRISIS: ("clinical", "crisis"),
    Grave.DEATH: ("bereavement", "reported"),
    Grave.EMERGENCY: ("clinical", "emergency"),
    Grave.CLINICAL: ("clinical", "care_asked"),
    Grave.WRONG_NUMBER: ("wrong_number", "said"),
}
OPT_OUT: Mapping[OptOut, Way] = {OptOut.REVOKED: ("consent", "stop"), OptOut.HELD: ("consent", "unsure")}
ASKED = "consent.asked"
REMINDER: Way = ("consent", "reminder_meant")
REQUESTS = frozenset(
    "balance.asked pay.asked pay.link_asked pay.link_broken plan.asked plan.next_asked promise.asked promise.when_asked"
    " receipts.asked staff.asked hardship.aid dispute.why dispute.opened requests.refund".split()
)
"""Topics that ask us to answer about the bill."""
QUESTIONS = frozenset({"consent.help", "scam.asked", "scam.why"})
"""Topics that ask who we are, and what we want."""
SHORT = 4
"""Words in which a name alone is a question about that person."""


def way_of(turn: Turn) -> tuple[Way, bool]:
    """What the message asks for, and whether it begins a new talk, as a keyword does."""
    for listen in ORDER:
        if way := listen(turn):
            return way, listen is keyword and way[0] != "idle"
    raise LookupError("the last one always answers")


def beside(turn: Turn) -> Way | None:
    """An opt-out in the same breath as something graver: it is kept as well, and the graver one is answered."""
    if not turn.said.grave or turn.said.reserved:
        return None
    return ("consent", "stop_beside") if turn.said.opt_out in (OptOut.REVOKED, OptOut.HELD) else None


def _from_robot(turn: Turn) -> Way | None:
    """Automatic mail, reactions and lone pictures are recorded, never answered; an open approval may ask again."""
    if turn.message and turn.message.from_machine:
        return "idle", "machine_wrote"
    if not (turn.said.reaction or turn.said.emoji_only) or turn.said.opt_out:
        return None
    if turn.message and turn.message.provider_said:
        return None  # a picture that the practice made a word for STOP
    return _quiet(turn) or _waiting(turn, lambda answer: answer.to_pictures) or ("idle", "reacted")


def _unproven(turn: Turn) -> Way | None:
    """A mail that anybody may have sent: opt-outs, deaths and emergencies are heard all the same, nothing else is."""
    if turn.message is None or turn.message.mail_trouble is not MailTrouble.UNPROVEN:
        return None
    stops = turn.said.reserved is Reserved.STOP or turn.said.opt_out in (OptOut.REVOKED, OptOut.HELD)
    if stops or (turn.said.grave and turn.said.grave is not Grave.WRONG_NUMBER):
        return None
    if turn.facts.consent == "held":
        return "consent", "wrote_while_held"
    return _quiet(turn) or _stranger(turn) or _staff_thread(turn) or ("mail", "unproven")


def _mail_trouble(turn: Turn) -> Way | None:
    """A mail whose new words are not certain, or that no machine is to answer."""
    trouble = turn.message.mail_trouble if turn.message else None
    if trouble and trouble is not MailTrouble.UNPROVEN:
        return "mail", trouble.value
    return ("mail", "silence_asked") if turn.message and turn.message.silence_asked else None


def _reserved_word(turn: Turn) -> Way | None:
    """Exactly STOP, START or HELP, or what the provider took for one; YES is START only while opted out."""
    said = turn.message.provider_said if turn.message else ""
    if turn.said.yes_exact and (not said or _answer(turn)):
        return ("consent", "start") if turn.facts.consent == "revoked" else None
    word = Reserved(said) if said else turn.said.reserved
    return RESERVED[word] if word else None


def _grave(turn: Turn) -> Way | None:
    """A life in danger, death, emergency, wrong number."""
    return GRAVE[turn.said.grave] if turn.said.grave else None


def _opt_out_words(turn: Turn) -> Way | None:
    """Opt-out in other words than the exact ones; unsure means held until one question is answered."""
    if turn.said.opt_out is None:
        return None
    answer, held = _answer(turn), turn.facts.consent == "held"
    if answer and held and (turn.said.opt_out is OptOut.HELD or answer == REMINDER):
        return answer  # "stop the payments" or "stop the reminder" again: that is what they mean
    if answer in ENDS and turn.said.opt_out is OptOut.HELD:
        return answer  # "cancel it" to what may end
    if not held and turn.said.opt_out is OptOut.REVOKED and about_reminder(turn):
        return OPT_OUT[OptOut.HELD]
    return called_off(turn) or (OPT_OUT.get(turn.said.opt_out) if turn.said.opt_out else None)


def _quiet(turn: Turn) -> Way | None:
    """Blocked, opted out, or the patient has died: nothing more is answered."""
    if turn.facts.blocked:
        return "idle", "wrote_while_blocked"
    if turn.facts.all_deceased:
        return "bereavement", "wrote_after"
    return ("consent", "wrote_while_out") if turn.facts.consent == "revoked" else None


def _held(turn: Turn) -> Way | None:
    """Held as opted out: nothing is heard but the answer to the one question, and what is as good as one.

    Whoever asks what they owe, to pay, or for a person wants an answer here, and that is their own request for it; a
    word of help, or wonder at the question, gets who we are and the question. So does, once, whatever else we know:
    it is neither of the two answers, and nobody should be opted out for having written something else. All other words
    are met with silence.
    """
    if turn.facts.consent != "held":
        return None
    if answer := _answer(turn):
        return answer
    match = PHRASES.find(turn.said.words)
    topic = match.topic if match and match.sure and turn.said.opt_out is None else ""
    if turn.kept.state != ASKED or not turn.facts.people:
        return "consent", "wrote_while_held"
    if topic in QUESTIONS or WONDERS(turn) or WHY(turn):
        return "consent", "help"
    if topic in REQUESTS:
        turn.remember("wanted", list(keyword(turn) or ()))
    return "consent", "requested" if topic else "wrote_while_held"


def _stranger(turn: Turn) -> Way | None:
    """An address that is on nobody's file."""
    return None if turn.facts.people else ("unknown", "wrote")


def _card(turn: Turn) -> Way | None:
    """A card number, a piece of one, or a photo, which may show one. The digits are gone already."""
    if turn.message is None:
        return None
    if turn.message.cards_removed:
        return "card", "sent"
    if turn.message.media:
        return "card", "photo_sent"
    # "My account is [10 digits removed], what do I owe" is a question, not a piece of a card.
    piece = turn.message.digits_removed and PHRASES.find(turn.said.words) is None
    return ("card", "piece_sent") if piece else None


def _staff_thread(turn: Turn) -> Way | None:
    """A person from the practice owns the thread: the bot stays out of it."""
    return ("staff", "wrote") if turn.kept.owner is Owner.STAFF else None


def _too_many(turn: Turn) -> Way | None:
    """Somebody has had enough automatic answers: a person reads on."""
    proved = turn.kept.proof >= Proof.PHONE
    most = ANSWERS_TO_WHO_TYPED_A_CODE if proved else ANSWERS_IN_TEN_MINUTES
    return ("idle", "wrote_too_often") if turn.facts.answered(most) else None


def _answer(turn: Turn) -> Way | None:
    """What the waiting question declares as an answer."""
    return _waiting(turn, lambda answer: not answer.otherwise)


def _waiting(turn: Turn, fits: Callable[[Answer], bool]) -> Way | None:
    if turn.kept.state == READY:
        return None  # no question is open
    name, _, state = turn.kept.state.partition(".")
    for answer in FLOWS[name].answers.get(state, ()) if name in FLOWS else ():
        if fits(answer) and answer.hears(turn):
            return name, answer.trigger
    return None


def _code(turn: Turn) -> Way | None:
    """Six digits that are, or were, a code of ours; or the hole a provider left where they were."""
    codes = turn.facts.codes
    if codes.verdict is not None and codes.verdict is not Verdict.NONE_OPEN:
        return "identity", "code_heard"
    hole = codes.open is not None and turn.said.code is None and redacted_code(turn.said.raw)
    return ("identity", "code_missing") if hole else None


def _thanks(turn: Turn) -> Way | None:
    """Thanks end a talk; an answer would start ping-pong."""
    return ("idle", "thanked") if turn.said.thanks else None


def _language(turn: Turn) -> Way | None:
    """Asking for a language and nothing else: a keyword beside it is answered in that language."""
    asked = turn.said.asked_language
    return ("language", "asked") if asked and PHRASES.find(turn.said.words) is None else None


def _stray_code(turn: Turn) -> Way | None:
    """Six digits while no code of ours was ever open."""
    return ("identity", "code_heard") if turn.facts.codes.verdict else None


def _whom_else(turn: Turn) -> Way | None:
    """On a shared phone a name alone asks about that person, and OTHER asks for the list again."""
    words = turn.said.words
    if not turn.facts.shared:
        return None
    if words in OTHERS:
        return "whom", "switch"
    return ("balance", "asked") if len(turn.named) == 1 and len(words.split()) <= SHORT else None


def _card_digits(turn: Turn) -> Way | None:
    """The last digits of their saved card, long after an offer or beside another question: no sum, no code."""
    card = textable_card(turn)
    return ("approval", "digits_alone") if card and turn.said.words == card.last4 else None


def _not_understood(turn: Turn) -> Way:
    """Nothing fits. What may be against our texts is asked; words about stopping something else go to a person."""
    if details := _waiting(turn, lambda answer: answer.otherwise) or _card_digits(turn):
        return details
    if offer := offer_called_off(turn):
        return offer
    if paying := sum_meant(turn):
        return paying
    if against_texts(turn.said.words):
        return OPT_OUT[OptOut.HELD]
    if turn.kept.owner is Owner.WAITING:
        return "staff", "details_added"
    return ("staff", "needed") if turn.said.opt_out is OptOut.NOT_TEXTS else ("idle", "not_understood")


ORDER: tuple[Callable[[Turn], Way | None], ...] = (
    _from_robot,
    _unproven,
    _reserved_word,
    _grave,
    _opt_out_words,
    _quiet,
    _held,
    _stranger,
    _card,
    _staff_thread,
    _too_many,
    _mail_trouble,
    _answer,
    _code,
    _thanks,
    _language,
    keyword,
    _stray_code,
    _whom_else,
    _not_understood,
)
