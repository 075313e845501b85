"""Answers typed into a quote whose lines no sign marks: a person reads them; an untouched quote is an empty mail."""

from typing import Any

import pytest
from sqlalchemy import insert

from bot.incoming_mail.html_words import text_of
from bot.incoming_mail.inside_quotes import added
from bot.incoming_mail.reading import read
from bot.incoming_mail.values import Trouble
from bot.practice_file import load_toml
from bot.rendering import Renderer
from bot.sample import PRACTICE
from bot.store import conversations, reply_addresses
from bot.store.conversations import Place
from bot.store.reply_addresses import Kind
from bot.store.tables import outbox, tasks
from tests.bot.incoming_mail.house import DOMAIN, STRANGERS, House, mail, open_house
from tests.harbor import MAIL, NOW, Harbor

LINK = "https://pay.harbor.example/p/7Qm3xK9vR2sW8bLt5NcY1d"
HEADS = {
    "en": "________________________________\nFrom: Harbor Family Med <harbor@mail.harbor.example>\n"
    "Sent: Wednesday, May 6, 2026 10:05 AM\nTo: Ana Ruiz <ana@mail.example>\nSubject: A new statement\n\n",
    "es": "________________________________\nDe: Harbor Family Med <harbor@mail.harbor.example>\n"
    "Enviado: miércoles, 6 de mayo de 2026 10:05\nPara: Ana Ruiz <ana@mail.example>\nAsunto: Nuevo estado\n\n",
}


def ours(language: str = "en", message: str = "notice/new", **given: str) -> tuple[str, str, str]:
    """A mail of ours: as it is kept, as it goes out, and its HTML as a mail program draws it."""
    renderer, practice = Renderer(), load_toml(PRACTICE)
    kept = renderer.mail(message, language, {}, practice)
    sent = renderer.mail(message, language, {}, practice, link=LINK, **given)
    return f"{kept.subject}\n\n{kept.text}", sent.text, text_of(sent.html)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_quote_that_nobody_touched(language: str) -> None:
    kept, plain, drawn = ours(language)
    for quote in (plain, drawn, f"{plain}\n\nGet Outlook for iOS", plain.replace(LINK, f"{LINK}<{LINK}>")):
        assert added(HEADS[language] + quote, kept) == ""
    wrapped = plain.replace(" our ", "\nour ").replace(" de ", "\nde ")
    assert added(HEADS[language] + wrapped, kept) == ""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("typed", ["PAY 50", "PAY", "PAGAR", "yes please", "no me llegó", "STOP", "how much?"])
def test_what_was_typed_into_it_is_found(language: str, typed: str) -> None:
    kept, plain, drawn = ours(language)
    for quote in (plain, drawn):
        first, rest = quote.strip().split("\n", 1)
        for changed in (f"{quote}\n\n{typed}", f"{first}\n\n{typed}\n{rest}"):
            assert typed in added(HEADS[language] + changed, kept)
        in_a_line = quote.replace("AGENT", f"AGENT {typed}").replace("PERSONA", f"PERSONA {typed}")
        assert typed.split(maxsplit=1)[0].lower() in added(HEADS[language] + in_a_line, kept).lower()


def test_a_code_of_ours_is_not_theirs() -> None:
    kept, plain, _ = ours(message="identity/code", code="482913")
    assert added(plain, kept) == ""
    assert "913482" in added(f"{plain}\n913482 is it", kept)


@pytest.mark.parametrize(
    "words, trouble",
    [
        ("See my answers below", Trouble.BELOW_QUOTE),
        ("please see below", Trouble.BELOW_QUOTE),
        ("mis respuestas en rojo", Trouble.BELOW_QUOTE),
        ("PAY 50", None),
        ("why is the sum below not what I was told when I came", None),
    ],
)
def test_words_that_point_down(words: str, trouble: Trouble | None) -> None:
    assert read(mail(f"{words}\n\n{HEADS['en']}{ours()[1]}").encode(), MAIL).trouble is trouble
    assert read(mail(words).encode(), MAIL).trouble is None


@pytest.mark.parametrize("language", ["en", "es"])
def test_our_line_ends_what_is_new_in_any_program(language: str) -> None:
    told = read(mail(f"pay 50\n\n{ours(language)[1]}").encode(), MAIL)
    assert (told.words, told.trouble) == ("pay 50", None)


def reply_to_a_notice(house: House, kept: str | None) -> str:
    """Where a notice of ours that was sent can be answered."""
    place = Place(house.harbor.practice_id, "email", MAIL)
    with house.harbor.engine.begin() as conn:
        talk, address_id = conversations.begun(conn, {place})[place]
        row: dict[str, Any] = {
            "practice_id": house.harbor.practice_id, "conversation_id": talk, "address_id": address_id,
            "channel": "email", "kind": "notice", "rank": 2, "message": "notice/new", "language": "en", "values": {},
            "ground": "consent", "due_at": NOW, "created_at": NOW, "state": "sent", "text": kept,
        }  # fmt: skip
        key = conn.execute(insert(outbox).values(row).returning(outbox.c.id)).scalar_one()
        token = reply_addresses.make(conn, house.harbor.world.keys, [Kind.REPLY], talk, key, NOW)[Kind.REPLY]
    return f"reply+{token}@{DOMAIN}"


async def test_a_person_reads_it(house: House) -> None:
    kept, plain, _ = ours()
    await house.send(mail(f"\n{HEADS['en']}{plain}\nyes, the second one"), reply_to_a_notice(house, kept))
    (row,) = house.came_in()
    assert (row["text"], row["heard"]) == ("yes, the second one", "mail.below_quote")
    assert house.said()[1].startswith("staff/")


async def test_an_untouched_quote_is_an_empty_mail(house: House) -> None:
    kept, plain, _ = ours()
    await house.send(mail(f"\n{HEADS['en']}{plain}"), reply_to_a_notice(house, kept))
    assert [row["heard"] for row in house.came_in()] == ["mail.empty"]


async def test_what_was_purged_cannot_be_compared(house: House) -> None:
    await house.send(mail(f"\n{HEADS['en']}{ours()[1]}"), reply_to_a_notice(house, None))
    assert [row["heard"] for row in house.came_in()] == ["mail.empty"]


async def test_nobody_vouches_and_no_token_one_task(harbor: Harbor) -> None:
    harbor.patient("Ana Ruiz", mail=MAIL)
    async with open_house(harbor, STRANGERS) as house:
        for words in ("BALANCE", "are you there", "hello?"):
            await house.send(mail(words), f"harbor@{DOMAIN}")
        assert len(house.came_in()) == 3
        assert [task["kind"] for task in harbor.all(tasks)] == ["unproven_mail"]
        assert house.said() == []
