"""Who is let in, and what becomes of a mail that was handed over."""

import asyncio
import smtplib

import pytest
from sqlalchemy import delete, text

from bot.store.tables import addresses, conversations, people, reply_addresses, tasks
from bot.store.tables import inbox as inbox_table
from tests.bot.incoming_mail.house import DOMAIN, STRANGERS, House, mail, open_house
from tests.harbor import MAIL, Harbor


async def test_an_answer_is_heard_and_answered_in_its_thread(house: House) -> None:
    raw = mail("BALANCE\n\n> Reply STOP to opt out", Message_ID="<1@mail.example>", References="<0@harbor.example>")
    await house.send(raw, house.reply_address())
    (row,) = house.came_in()
    assert (row["text"], row["outcome"], row["heard"]) == ("BALANCE", "answered", "balance.asked")
    assert (row["details"]["message_id"], row["details"]["references"]) == ("<1@mail.example>", ["<0@harbor.example>"])
    assert house.said() == ["identity/code", "identity/code_texted"]


async def test_the_same_mail_again_changes_nothing(house: House) -> None:
    to, raw = house.reply_address(), mail("BALANCE")
    await asyncio.gather(*(house.send(raw, to) for _ in range(4)))
    assert len(house.came_in()) == 1
    without_id = mail("PAY", Message_ID="")
    await house.send(without_id, to)
    await house.send(without_id, to)
    assert len(house.came_in()) == 2


@pytest.mark.parametrize(
    "address",
    [
        f"reply+{'0' * 32}@{DOMAIN}",
        f"reply@{DOMAIN}",
        f"reply+@{DOMAIN}",
        f"bounce+{'0' * 32}@{DOMAIN}",
        f"nobody@{DOMAIN}",
        "reply+00000000000000000000000000000000@elsewhere.example",
        "postmaster@elsewhere.example",
        f"reply+{'0' * 31}x@{DOMAIN}",
    ],
)
async def test_an_unknown_address_is_refused_at_rcpt(house: House, address: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await house.send(mail("hello"), address)
    code, words = refused.value.recipients[address]
    assert (code, words[:5]) == (550, b"5.1.1")
    assert house.came_in() == []


async def test_a_token_for_one_purpose_is_none_for_another(house: House) -> None:
    for address in (f"bounce+{house.token()}@{DOMAIN}", house.bounce_address().replace("bounce+", "reply+")):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            await house.send(mail("hello"), address)


async def test_a_token_ends_by_time_and_by_hand(house: House) -> None:
    to = house.reply_address()
    with house.harbor.engine.begin() as conn:
        conn.execute(reply_addresses.update().values(revoked_at=reply_addresses.c.made_at))
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        await house.send(mail("hello"), to)
    with house.harbor.engine.begin() as conn:
        conn.execute(reply_addresses.update().values(revoked_at=None, expires_at=reply_addresses.c.made_at))
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        await house.send(mail("hello"), to)


async def test_the_case_of_an_address_does_not_matter(house: House) -> None:
    await house.send(mail("BALANCE"), house.reply_address().upper())
    assert [row["outcome"] for row in house.came_in()] == ["answered"]


async def test_no_token_rests_in_the_database(house: House) -> None:
    token = house.token()
    kept = [row["token_digest"] for row in house.harbor.all(reply_addresses)]
    assert all(token not in digest for digest in kept)
    assert all(len(digest) == 64 for digest in kept)


async def test_postmaster_is_heard_by_staff(house: House) -> None:
    await house.send(mail("Your server is on a list"), f"Postmaster@{DOMAIN}", "admin@isp.example")
    assert [row["kind"] for row in house.harbor.all(tasks)] == ["postmaster_mail"]
    assert house.said() == []


async def test_token_and_another_sender_get_a_general_answer(house: House) -> None:
    await house.send(mail("what do i owe", "eve@evil.example"), house.reply_address(), "eve@evil.example")
    (row,) = house.came_in()
    assert (row["heard"], row["details"]["from"]) == ("mail.unproven", "eve@evil.example")
    assert house.said() == ["mail/unproven"]


async def test_the_right_sender_without_a_token_gets_a_general_answer(house: House) -> None:
    await house.send(mail("what do i owe"), f"harbor@{DOMAIN}")
    assert [row["heard"] for row in house.came_in()] == ["mail.unproven"]
    assert house.said() == ["mail/unproven"]


async def test_a_stranger_is_told_once(house: House) -> None:
    for words in ("hi what do i owe", "hello?"):
        await house.send(mail(words, "who@mail.example"), f"harbor@{DOMAIN}", "who@mail.example")
    assert house.said() == ["unknown/told"]


async def test_a_forged_sender_without_a_token_is_kept_and_not_answered(practice: Harbor) -> None:
    async with open_house(practice, STRANGERS) as house:
        await house.send(mail("what do i owe"), f"harbor@{DOMAIN}")
        (row,) = house.came_in()
        assert (row["outcome"], row["details"]["unproven"]) == ("silent", "temperror")
        assert house.said() == []


async def test_a_word_of_trust_from_elsewhere_is_no_word(practice: Harbor) -> None:
    async with open_house(practice, STRANGERS) as house:
        await house.send(mail("what do i owe"), house.reply_address())
        assert house.said() == ["mail/unproven"]


async def test_opt_out_of_texts_by_mail(house: House) -> None:
    await house.send(mail("please take me off your text list"), house.reply_address())
    stands = {row["channel"]: row["consent"] for row in house.harbor.all(addresses)}
    assert stands == {"text": "revoked", "email": "granted"}
    assert house.said() == ["consent/texts_stopped"]


async def test_a_robot_is_recorded_and_nothing_else(house: House) -> None:
    raw = mail(
        "I am out of office until May 20", subject="Automatic reply: Out of office", Auto_Submitted="auto-replied"
    )
    await house.send(raw, house.reply_address())
    (row,) = house.came_in()
    assert (row["outcome"], row["details"]["machine"]) == ("silent", "auto_submitted")
    (talk,) = house.harbor.all(conversations)
    assert (house.said(), talk["last_in_at"], talk["needs_answer_since"]) == ([], None, None)


async def test_somebody_who_left_makes_the_address_doubtful(house: House) -> None:
    raw = mail("Jane no longer works here.", subject="Automatic reply: hello", Auto_Submitted="auto-replied")
    await house.send(raw, house.reply_address())
    assert house.address()["problem"] == "doubtful"
    assert [(row["kind"], row["person_ids"]) for row in house.harbor.all(tasks)] == [
        ("email_doubtful", [house.harbor.patients["Ana Ruiz"]])
    ]
    assert next(row["consent"] for row in house.harbor.all(addresses) if row["channel"] == "text") == "granted"


async def test_a_card_number_in_the_quote_is_taken_out_of_what_is_kept(house: House) -> None:
    raw = mail("did you get my card?\n\n> 4111 1111 1111 1111 exp 9/27 cvv 123")
    await house.send(raw, house.reply_address())
    (row,) = house.came_in()
    assert row["heard"] == "card.sent"
    with house.harbor.engine.connect() as conn:
        assert "4111" not in str(conn.execute(inbox_table.select()).all())


async def test_pieces_of_a_card_number_are_not_kept(house: House) -> None:
    for subject, words in (("4539", "1488"), ("Re: A new statement", "hello\n\n0343"), ("6467", "")):
        await house.send(mail(words, subject=subject), house.reply_address())
    kept = [row["text"] for row in house.came_in()]
    assert kept == ["[4 digits removed]", "hello\n[4 digits removed]", "[4 digits removed]"]
    assert [row["details"]["subject"] for row in house.came_in()][::2] == ["[4 digits removed]"] * 2


async def test_several_recipients_are_taken_each(house: House) -> None:
    house.harbor.patient("Leo Ruiz", phone="+12065550178", mail="leo@mail.example")
    to = [house.reply_address(), house.reply_address("leo@mail.example"), f"postmaster@{DOMAIN}"]
    await house.send(mail("BALANCE"), to)
    assert len(house.came_in()) == 3


async def test_the_database_away_means_later(house: House) -> None:
    to = house.reply_address()
    with house.harbor.engine.begin() as conn:
        conn.execute(text("ALTER TABLE inbox RENAME TO elsewhere"))
    with pytest.raises(smtplib.SMTPDataError) as put_off:
        await house.send(mail("BALANCE"), to)
    assert put_off.value.smtp_code == 451
    assert b"inbox" not in put_off.value.smtp_error
    with house.harbor.engine.begin() as conn:
        conn.execute(text("ALTER TABLE elsewhere RENAME TO inbox"))
    await house.send(mail("BALANCE"), to)
    assert len(house.came_in()) == 1


async def test_the_database_away_at_rcpt_means_later(house: House) -> None:
    to = house.reply_address()
    with house.harbor.engine.begin() as conn:
        conn.execute(text("ALTER TABLE reply_addresses RENAME TO elsewhere"))
    with pytest.raises(smtplib.SMTPRecipientsRefused) as put_off:
        await house.send(mail("BALANCE"), to)
    assert put_off.value.recipients[to][0] == 451


async def test_a_mail_for_nobody_on_file_is_taken(house: House) -> None:
    to = house.reply_address("gone@mail.example")
    with house.harbor.engine.begin() as conn:
        conn.execute(delete(people).where(people.c.id < 0))
    await house.send(mail("BALANCE", "gone@mail.example"), to, "gone@mail.example")
    assert house.said() == ["unknown/told"]
    assert MAIL not in str(house.came_in()[0]["details"])
