"""Somebody else has the number now: no text goes there any more, and the patient is asked for a new one by mail."""

from bot.store.tables import tasks
from bot.web import keys
from tests import canaries
from tests.bot.web.house import House


async def test_the_patient_is_asked_for_a_new_number_by_mail(house: House) -> None:
    assert "removed this number" in await house.text("wrong number, i dont know any maria")
    (mail,) = await house.until(house.app[keys.MAILBOX].mails)
    assert mail.recipients == (canaries.EMAILS[0],)
    assert mail.subject == "Please tell us your phone number"
    assert "not yours" in mail.text
    assert [row.kind for row in house.rows(tasks)] == ["confirm_phone"]
