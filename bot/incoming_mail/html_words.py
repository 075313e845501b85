"""Mail that is HTML only, as text: inscriptis, which ships no types, behind one function. Nothing is fetched."""

import re
from typing import Any

import lxml.html
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml.etree import ParserError

LONGEST = 512 * 1024
REMOVED = ("head", "script", "style", "title", "object", "iframe", "template", "noscript")
ORIGINAL = "----- Original Message -----"
STARTS_A_QUOTE = (
    "//*[@id='divRplyFwdMsg' or @id='appendonsend' or @id='reply-intro'"
    " or @id='mail-editor-reference-message-container'"
    " or contains(concat(' ', normalize-space(@class), ' '), ' yahoo_quoted ')"
    " or contains(concat(' ', normalize-space(@class), ' '), ' protonmail_quote ')"
    " or contains(concat(' ', normalize-space(@class), ' '), ' zmail_extra ')"
    " or contains(@style, 'border-top:solid #E1E1E1') or contains(@style, 'border-top:solid #B5C4DF')"
    " or contains(@style, 'border-top: 1pt solid rgb(225')]"
)
"""Where Outlook, Yahoo, Proton and Zoho put what they answer."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_CONFIG = ParserConfig(css=CSS_PROFILES["strict"], display_links=False, display_images=False)


def text_of(html: str) -> str:
    """The words, with `>` before those that the program marked as quoted."""
    try:
        tree = lxml.html.document_fromstring(_DECLARATION.sub("", _CONTROL.sub("", html[:LONGEST]), count=1))
    except ParserError:  # nothing in it
        return ""
    for name in REMOVED:
        for found in tree.xpath(f"//{name}"):
            found.drop_tree()
    for found in tree.xpath(STARTS_A_QUOTE):
        _mark(found)
    for quote in tree.xpath("//blockquote[not(ancestor::blockquote)]"):
        _prefix(quote)
    return _text(tree)


def _mark(found: Any) -> None:
    parent = found.getparent()
    if parent is not None:
        rule = lxml.html.Element("p")
        rule.text = ORIGINAL
        parent.insert(parent.index(found), rule)


def _prefix(quote: Any) -> None:
    lines = _text(quote).splitlines()
    plain = lxml.html.Element("pre")
    plain.text = "\n".join(f"> {line}" for line in lines) or ">"
    plain.tail = quote.tail
    parent = quote.getparent()
    if parent is not None:
        parent.replace(quote, plain)


def _text(tree: Any) -> str:
    text: str = Inscriptis(tree, _CONFIG).get_text()
    return text
