"""Mail out: what is in it, what is refused, and what each answer of the relay means."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Engine

from bot.channels.email import MailOut, Relay, SmtpMail, build, is_address
from bot.channels.results import Accepted, MaybeSent, Refused, Sent, TryLater
from bot.sending.claiming import claim
from bot.sending.results import Result, record
from bot.store.tables import addresses, tasks
from conversations.effects import Kind
from tests import canaries
from tests.bot.outgoing import NOON, Office, Patient, wording
from tests.logbook import LogBook

MAIL = MailOut(
    outbox_id=7,
    message_id="abc@mail.harbor.example",
    from_name="Harbor Family Med",
    from_address="harbor@mail.harbor.example",
    to=canaries.EMAILS[0],
    subject="Your Harbor Family Med code",
    text=f"Your code is {canaries.CODES[0]}",
    html=f"<p>{canaries.CODES[0]}</p>",
    sent_at=NOON,
    answers=True,
    reply_to="billing@harbor.example",
)


@dataclass
class Handler:
    """Keeps what it got, and answers as it is told."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    cut: bool = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.cut and server.transport:
            server.transport.abort()  # type: ignore[attr-defined]
            return "250 OK"
        self.envelopes.append(envelope)
        assert isinstance(envelope.content, bytes)
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        return self.answers.get("DATA", "250 OK")


@asynccontextmanager
async def relay(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A relay on loopback; its port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="relay.example", tls_context=tls, loop=loop), "127.0.0.1", 0
    )
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@asynccontextmanager
async def gruff_relay(said: dict[str, str]) -> AsyncIterator[Relay]:
    """One that does as it should but for what is `said`, which may change while it runs: at the greeting, at a command,
    to an address, and at "the data", which aiosmtpd cannot be told.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        usual = {
            "greeting": "220 relay.example", "EHLO": "250-relay.example\r\n250 AUTH PLAIN", "HELO": "250 relay.example",
            "AUTH": "235 welcome", "DATA": "354 go on", "QUIT": "221 bye",
        }  # fmt: skip

        def say(*what: str) -> str:
            answers = usual | said | ({"EHLO": said["HELO"]} if "HELO" in said else {})
            answer = next((answers[one] for one in what if one in answers), "250 OK")
            writer.write(f"{answer}\r\n".encode())
            return answer

        say("greeting")
        while line := await reader.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            answer = say(rest.partition("<")[2].partition(">")[0], verb.upper())
            if verb.upper() == "DATA" and answer.startswith("354"):
                await reader.readuntil(b"\r\n.\r\n")
                say("the data")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield Relay("127.0.0.1", server.sockets[0].getsockname()[1], username="paybot", password="expired")
    server.close()
    await server.wait_closed()


CERTIFICATE = Path(__file__).with_name("relay.pem")
"""For localhost, signed by nobody but itself, with its key; made for these tests."""


class TestWhatIsSent:
    async def test_headers_and_both_parts(self) -> None:
        handler = Handler()
        async with relay(handler) as port:
            assert await SmtpMail(Relay("127.0.0.1", port)).send(MAIL) == Accepted(MAIL.message_id, "sent", again=True)
        [got] = handler.mails
        assert (got["From"], got["To"]) == ("Harbor Family Med <harbor@mail.harbor.example>", canaries.EMAILS[0])
        assert (got["Message-ID"], got["Auto-Submitted"]) == ("<abc@mail.harbor.example>", "auto-replied")
        assert got["Reply-To"] == "Harbor Family Med <billing@harbor.example>"
        assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]
        assert canaries.CODES[0] in got.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert handler.envelopes[0].rcpt_tos == [canaries.EMAILS[0]]

    def test_an_answer_names_what_it_answers(self) -> None:
        built = build(replace(MAIL, in_reply_to="<b@x>", references=("<a@x>",)))
        assert (built["In-Reply-To"], built["References"]) == ("<b@x>", "<a@x> <b@x>")

    def test_what_we_begin_says_so(self) -> None:
        assert build(replace(MAIL, answers=False))["Auto-Submitted"] == "auto-generated"

    def test_no_word_of_it_shows_in_a_repr(self) -> None:
        assert repr(MAIL) == "MailOut(7)"


class TestInjection:
    @pytest.mark.parametrize(
        "address",
        [
            "a@x\r\nRCPT TO:<b@y>", "a@x\nBcc: b@y", "a@x, b@y", "<a@x>", "a@x b@y", "a", "", "a@x@y", "a\x00@x",
            "a(b)@x", f"{'a' * 250}@x.example", "a;b@x",
        ],
    )  # fmt: skip
    async def test_an_address_that_is_more_than_one_is_refused(self, address: str) -> None:
        handler = Handler()
        async with relay(handler) as port:
            assert await SmtpMail(Relay("127.0.0.1", port)).send(replace(MAIL, to=address or "@")) == Refused(
                "bad_address"
            )
        assert not handler.mails
        assert not is_address(address)

    def test_a_subject_stays_one_header(self) -> None:
        built = build(replace(MAIL, subject="Hi\r\nBcc: b@y", from_name="Harbor\nX: y"))
        assert built["Bcc"] is None
        assert built["X"] is None
        assert "\n" not in str(built["Subject"])


class TestAnswers:
    @pytest.mark.parametrize(
        "at, answer, result",
        [
            ("RCPT", "450 4.7.0 later", TryLater()),
            ("RCPT", "550 5.1.1 nobody", Refused("550")),
            ("DATA", "451 4.3.0 later", TryLater()),
            ("DATA", "554 5.7.1 no", Refused("data_554")),
        ],
    )
    async def test_codes(self, at: str, answer: str, result: object) -> None:
        async with relay(Handler({at: answer})) as port:
            assert await SmtpMail(Relay("127.0.0.1", port)).send(MAIL) == result

    async def test_cut_after_the_data(self) -> None:
        async with relay(Handler(cut=True)) as port:
            assert await SmtpMail(Relay("127.0.0.1", port)).send(MAIL) == MaybeSent()

    async def test_nobody_at_home(self) -> None:
        assert await SmtpMail(Relay("127.0.0.1", 9)).send(MAIL) == TryLater()


US = ("greeting", "HELO", "AUTH", "MAIL")
"""Where a relay speaks about us, before it has heard of the patient."""
STAGES = (*US, "RCPT", "DATA", "the data")


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    """A practice."""
    return Office(engine, overlay=wording(tmp_path, t__one="One.", t__code="{{ code }}"))


def mailed(office: Office) -> Patient:
    return office.patient(channel="email", address=canaries.EMAILS[0])


async def hand_over(office: Office, at: str, answer: str) -> Sent:
    """Claim the one mail, have it refused there, write that down: as the worker does."""
    with office.engine.begin() as conn:
        [ready] = claim(conn, office.desk, NOON).ready
    assert isinstance(ready.out, MailOut)
    async with gruff_relay({at: answer}) as out:
        sent = await SmtpMail(out).send(ready.out)
    with office.engine.begin() as conn:
        record(conn, [Result(ready.outbox_id, ready.attempts, sent)], NOON, lambda: 0.5)
    return sent


class TestWhereItIsRefused:
    @pytest.mark.parametrize("code", ["535", "550", "554"])
    @pytest.mark.parametrize("at", US)
    async def test_a_word_about_us_is_not_held_against_the_patient(self, office: Office, at: str, code: str) -> None:
        row = mailed(office).message(message="t/one", channel="email", number_id=None)
        sent = await hand_over(office, at, f"{code} 5.7.8 no")
        assert sent == TryLater(refused_us=code, trouble="mail_refused")
        assert (office.row(row).state, office.row(row).due_at > NOON) == ("queued", True)
        assert office.all(addresses)[0].problem is None
        assert [(task.kind, task.urgent) for task in office.all(tasks)] == [("mail_refused", True)]

    @pytest.mark.parametrize("at", STAGES)
    async def test_later_is_later_wherever_it_is_said(self, office: Office, at: str) -> None:
        row = mailed(office).message(message="t/one", channel="email", number_id=None)
        assert await hand_over(office, at, "450 4.7.0 later") == TryLater()
        assert (office.row(row).state, office.all(addresses)[0].problem, office.all(tasks)) == ("queued", None, [])

    async def test_a_refused_recipient_is_marked(self, office: Office) -> None:
        row = mailed(office).message(message="t/one", channel="email", number_id=None)
        assert await hand_over(office, "RCPT", "550 5.1.1 nobody") == Refused("550")
        assert (office.row(row).state, office.row(row).error_code) == ("failed", "550")
        assert office.all(addresses)[0].problem == "bounced"
        assert [task.kind for task in office.all(tasks)] == ["bad_email"]

    @pytest.mark.parametrize("at", ["DATA", "the data"])
    async def test_refused_words_fail_and_the_address_stays_good(self, office: Office, at: str) -> None:
        row = mailed(office).message(message="t/one", channel="email", number_id=None)
        assert await hand_over(office, at, "554 5.7.1 spam") == Refused("data_554")
        assert (office.row(row).state, office.row(row).error_code) == ("failed", "data_554")
        assert office.all(addresses)[0].problem is None
        assert [task.kind for task in office.all(tasks)] == ["delivery_failed"]

    @pytest.mark.parametrize("at", ["RCPT", "the data"])
    async def test_a_lost_code_is_told_to_the_talk(self, office: Office, at: str) -> None:
        patient = mailed(office)
        row = patient.message(Kind.CODE, "t/code", channel="email", number_id=None, code_id=patient.code())
        await hand_over(office, at, "550 5.7.1 no")
        assert (office.row(row).state, office.row(row).follow_up) == ("failed", "code_undelivered")

    async def test_nonsense_after_the_data_may_have_been_a_yes(self, office: Office) -> None:
        row = mailed(office).message(message="t/one", channel="email", number_id=None)
        assert await hand_over(office, "the data", "fine") == MaybeSent()
        assert (office.row(row).state, office.all(addresses)[0].problem) == ("uncertain", None)

    async def test_the_log_tells_where_but_not_whom(self, office: Office, log_book: LogBook) -> None:
        mailed(office).message(message="t/one", channel="email", number_id=None)
        await hand_over(office, "AUTH", f"535 5.7.8 {canaries.EMAILS[0]}")
        assert "mail relay refuses us: SMTPAuthenticationError 535" in log_book.text()
        assert canaries.EMAILS[0] not in log_book.text()


class TestTls:
    async def test_a_certificate_that_nobody_signed_gets_no_mail(self) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)
        handler = Handler()
        async with relay(handler, context) as port:
            assert await SmtpMail(Relay("localhost", port, "starttls")).send(MAIL) == TryLater()
        assert not handler.mails

    async def test_one_that_we_trust_does(self) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)
        ours = ssl.create_default_context(cafile=str(CERTIFICATE))
        handler = Handler()
        async with relay(handler, context) as port:
            assert isinstance(await SmtpMail(Relay("localhost", port, "starttls"), ours).send(MAIL), Accepted)
        assert len(handler.mails) == 1

    async def test_no_starttls_on_offer_no_mail(self) -> None:
        handler = Handler()
        async with relay(handler) as port:
            assert await SmtpMail(Relay("127.0.0.1", port, "starttls")).send(MAIL) == TryLater()
        assert not handler.mails


class TestRelays:
    @pytest.mark.parametrize(
        "url, relay_",
        [
            ("smtp://mail.example", Relay("mail.example", 25)),
            ("smtp+starttls://u:p%40ss@mail.example:2587", Relay("mail.example", 2587, "starttls", "u", "p@ss")),
            ("smtps://mail.example", Relay("mail.example", 465, "tls")),
        ],
    )
    def test_addresses(self, url: str, relay_: Relay) -> None:
        assert Relay.parse(url) == relay_

    @pytest.mark.parametrize("url", ["", "http://x", "smtp://", "simulator", "smtp+starttls:u@x"])
    def test_nonsense(self, url: str) -> None:
        with pytest.raises(ValueError, match="mail goes to"):
            Relay.parse(url)

    def test_no_password_in_a_repr(self) -> None:
        assert "p@ss" not in repr(Relay.parse("smtps://u:p%40ss@mail.example"))
