"""What a practice tells us about itself: read strictly, kept as JSON, printed as TOML."""

from bot.practice_file.printing import print_diff, to_toml
from bot.practice_file.reading import Fault, PracticeFileError, load_toml, parse_practice, warnings_about
from bot.practice_file.values import MoreChoices, PracticeFile, Sending, from_json, to_json

__all__ = [
    "Fault",
    "MoreChoices",
    "PracticeFile",
    "PracticeFileError",
    "Sending",
    "from_json",
    "load_toml",
    "parse_practice",
    "print_diff",
    "to_json",
    "to_toml",
    "warnings_about",
]
