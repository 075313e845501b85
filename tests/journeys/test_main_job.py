"""Talk 1 over the real road: BALANCE, the code from the mailbox, PAY, the link, the checkout, the receipt."""

import re
from pathlib import Path

from bot.store.tables import entries, payments
from bot.web import keys
from tests.bot.web.house import open_house


async def test_from_the_balance_to_the_receipt(tmp_path: Path, database_url: str) -> None:
    where = {"PAYBOT_DATABASE_URL": database_url, "PAYBOT_SECRET_KEY": "a key for the tests of the whole server"}
    async with open_house(tmp_path, None, **where) as house:
        assert "6-digit code" in await house.text("Balance")
        code = await house.code_from_mail()
        assert "$184.50" in await house.text(code)
        answer = await house.text("pay")
        found = re.search(r"http://\S+(/p/[\w-]{22})", answer)
        assert found, answer

        landing = await house.get(found[1])
        assert landing.status == 200
        assert "184" not in landing.text
        balance = await house.post(found[1], {"step": "open"})
        assert balance.path == "/pay/harbor/balance"
        assert "$184.50" in balance.text
        assert "Dr. Okafor" in balance.text
        checkout = await house.post("/pay/harbor/checkout", {"step": "begin", "choice": "whole", "owed": "18450"})
        receipt = await house.post(
            "/pay/harbor/checkout", {"step": "confirm", "payment": checkout.hidden("payment"), "card": "approve"}
        )
        assert "/pay/harbor/receipts/HFM-" in receipt.path

        said = await house.until(lambda: "Paid $184.50" in house.said() and house.said())
        assert "HFM-2" in said
        box = house.app[keys.MAILBOX]
        mail = await house.until(lambda: len(box.mails()) == 2 and box.mails()[0])
        assert "HFM-2" in mail.text
        assert "$184.50" in mail.text
        again = await house.post(found[1], {"step": "open"})
        assert "/receipts/" in again.path
        (paid,) = house.rows(payments)
        assert (paid.state, paid.amount_cents) == ("paid", 18450)
        assert len(house.rows(entries, entries.c.kind == "payment")) == 1
