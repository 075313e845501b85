"""Our own DKIM signature holds after a real SMTP transfer, and covers what it must."""

from dataclasses import replace
from pathlib import Path

import dkim
import pytest

from bot.channels.email import Relay, SmtpMail
from bot.channels.results import Accepted
from bot.channels.signing import Signer
from tests.bot.test_mail_out import MAIL, Handler, relay

FOLDER = Path(__file__).parent / "incoming_mail"
PUBLIC = (FOLDER / "dkim.public").read_text().strip()


@pytest.mark.parametrize("text", ["PAY\n", "Para dejar de recibir correos, responda ALTO. ¿Sí?\n" + "niño " * 60, ""])
async def test_a_signature_that_holds(text: str) -> None:
    signer = Signer.load(FOLDER / "dkim.pem", "bills", "mail.harbor.example")
    assert "PRIVATE" not in repr(signer)
    mail = replace(
        MAIL, text=text, subject="Código de Harbor", unsubscribe_url="https://pay.harbor.example/unsubscribe/x" * 3
    )
    handler = Handler()
    async with relay(handler) as port:
        sent = await SmtpMail(Relay("127.0.0.1", port), signer=signer).send(mail)
    assert isinstance(sent, Accepted)
    raw = handler.envelopes[0].content
    assert isinstance(raw, bytes)
    asked: list[bytes] = []

    def names(name: bytes, timeout: float = 0) -> bytes:
        asked.append(name)
        return f"v=DKIM1; k=rsa; p={PUBLIC}".encode()

    assert dkim.verify(raw, dnsfunc=names)
    assert asked == [b"bills._domainkey.mail.harbor.example."]
    signed = raw.partition(b"DKIM-Signature")[2].partition(b"b=")[0]
    assert b"list-unsubscribe-post" in raw.lower()
    assert b"relaxed/relaxed" in signed
    assert not dkim.verify(raw.replace(b"One-Click", b"Two-Click"), dnsfunc=names)
