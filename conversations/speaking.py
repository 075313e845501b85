"""In which language we answer: the one we are asked for, else the one we are spoken to in."""

from conversations.effects import SetLanguage
from conversations.turn import Turn


def adopt_language(turn: Turn) -> None:
    """Answer in the language we are asked for, else spoken to in."""
    language = turn.said.asked_language or turn.said.language
    if turn.said.reserved and language == "en":
        return  # START is a word of the carriers; our Spanish texts teach it as well
    if language and not turn.said.reaction and not (turn.message and turn.message.from_machine):
        speak(turn, language)


def speak(turn: Turn, language: str) -> None:
    """Talk on in this language, where the practice has it."""
    if language != turn.kept.language and language in turn.facts.languages:
        turn.kept.language = language
        if turn.facts.people:
            turn.do(SetLanguage(tuple(p.id for p in turn.facts.people), language))
