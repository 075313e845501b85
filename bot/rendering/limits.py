"""The longest values that each place of a message may be given, found by walking the templates: no list to keep."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import meta, nodes

from bot.rendering.layers import Careful, templates_folder
from bot.rendering.phrases import FILTERS
from conversations.flows import whom
from conversations.money import MAX_CENTS
from conversations.policy import OfficeHours

ROOT = templates_folder() / "messages"
LANGUAGES = ("en", "es")
GIVEN = frozenset({"practice", "host", "site", "link", "code", "language"})
"""What the renderer adds itself."""

TEXT_NAME_LENGTH, HOST_LENGTH = 20, 28
HOST = "pay.harborfamilymedicine.com"
LINK = f"https://{HOST}/p/{'W' * 22}"
CODE = "482913"
PRACTICE: Any = SimpleNamespace(
    slug="harbor",
    name="Harbor Family Medicine and Imaging of Greater Seattle",
    text_name="Harbor Family Med NW",
    phone="+12065550142",
    phone_display="206-555-0142",
    email="billing@harborfamilymedicine.com",
    website="https://harborfamilymedicine.com",
    address="12345 Northeast Lake Washington Boulevard, Suite 1200, Seattle, WA 98101",
    office=OfficeHours("America/Los_Angeles"),
)

LONG_NAME = "Maria de los Angeles Fernandez-Villanueva"
INITIALS = ("M.R.", "L.R.", "J.R.", "W.W.", "N.N.", "S.S.", "T.T.", "V.V.", "Z.Z.")
AT = "2026-12-31T23:45:00+00:00"
SUFFIXES: Mapping[str, tuple[Any, ...]] = {
    "_cents": (MAX_CENTS,),
    "_on": ("2026-12-31",),
    "_at": (AT,),
    "_name": (LONG_NAME,),
}
NAMED: Mapping[str, tuple[Any, ...]] = {
    "initials": (list(INITIALS[: whom.MOST]),),
    "others": (["J.R."], []),
    "whose": ("W.W.", ""),
    "to": ("a***@g***.healthcare",),
    "brand": ("American Express",),
    "last4": ("4242",),
    "reference": ("HFM-99999999",),
    "word": ("BALANCE", "AGENT"),
    "part": ("50", None),
    "minimum": ("99.99",),
    "minutes": (60, 90, 120),
    "tries_left": (4, 1),
    "text": ("Hi Ana, this is Kim. How can I help?",),
    "on": ("2026-12-31",),
    "cents": (MAX_CENTS,),
    "letter": ("C", None),
    "last_cents": (MAX_CENTS // 2, None),
    "then_cents": (MAX_CENTS, None),
    "count": (11,),
    "other_count": (12,),
    "most": (12,),
    "left": (12,),
    "more": (11, 1, None),
    "number": ("D-99999",),
    "unsubscribe": (f"https://{HOST}/unsubscribe/{'W' * 22}",),
}
IN: Mapping[tuple[str, str], tuple[Any, ...]] = {
    ("identity/code_texted", "to"): ("**77",),
    ("identity/code_texted_for", "to"): ("**77",),
    ("charge/paid", "balance_cents"): (MAX_CENTS, None),
    ("plan/offers", "options"): tuple(
        [{"letter": letter, "count": 12, "cents": MAX_CENTS // 2} for letter in "ABC"[:many]] for many in (3, 2, 1)
    ),
    **{
        (f"plan/{message}", "options"): tuple([{"letter": letter} for letter in "ABC"[:many]] for many in (3, 2, 1, 0))
        for message in ("why", "first_day")
    },
    **{(f"plan/{message}", "minimum"): ("8333.34",) for message in ("how_much", "too_little", "too_long")},
    ("plan/half", "half"): ("50000.00", None),
    ("plan_news/approved", "monthly_cents"): (909_090,),
    ("plan_news/signed", "last4"): ("4242", ""),
    ("plan_news/coming", "last4"): ("4242", ""),
    ("plan_news/approved", "last_cents"): (909_089, None),
    ("running_plan/shown", "brand"): ("American Express", None),
}
"""Where a message gets something else under that name."""
LISTED = 2
"""At most so many visits, or people with their sums, are listed in a text."""

_ENVIRONMENT = Careful()  # it only parses, and works out nothing that is written there
_ENVIRONMENT.filters.update(FILTERS)


def files(language: str = "*") -> list[Path]:
    """Every file of words."""
    return sorted(ROOT.glob(f"{language}/*/*.*"))


def parsed(path: Path) -> nodes.Template:
    """A template as a tree."""
    return _ENVIRONMENT.parse(path.read_text("utf-8"))


@cache
def _ours(path: Path) -> nodes.Template:
    return parsed(path)


def variants(message: str, language: str, *suffixes: str) -> Iterator[dict[str, Any]]:
    """Every set of worst values for these of our files of a message: each yes/no both ways, each list full."""
    trees = [_ours(path) for suffix in suffixes if (path := ROOT / language / f"{message}.{suffix}").is_file()]
    names = sorted(set().union(*map(meta.find_undeclared_variables, trees)) - GIVEN)
    lists: dict[str, set[str]] = {}
    for name, asked in chain.from_iterable(_lists(tree).items() for tree in trees):
        lists.setdefault(name, set()).update(asked)
    for chosen in product(*(IN.get((message, name)) or _candidates(name, lists) for name in names)):
        yield dict(zip(names, chosen, strict=True))


def _candidates(name: str, lists: Mapping[str, set[str]]) -> tuple[Any, ...]:
    if lists.get(name):
        return tuple([{key: _first(key) for key in lists[name]} for _ in range(many)] for many in range(1, LISTED + 1))
    if name in NAMED:
        return NAMED[name]
    return next((values for suffix, values in SUFFIXES.items() if name.endswith(suffix)), (True, False))


def _first(name: str) -> Any:
    value = _candidates(name, {})[0]
    return INITIALS[0] if name == "initials" else value


def _lists(tree: nodes.Template) -> dict[str, set[str]]:
    """Names that are walked through, and what is asked of each thing in them."""
    found: dict[str, set[str]] = {}
    for loop in tree.find_all(nodes.For):
        if isinstance(loop.iter, nodes.Name) and isinstance(loop.target, nodes.Name):
            asked = {
                one.attr for one in loop.find_all(nodes.Getattr)
                if isinstance(one.node, nodes.Name) and one.node.name == loop.target.name
            }  # fmt: skip
            found.setdefault(loop.iter.name, set()).update(asked)
    return found
