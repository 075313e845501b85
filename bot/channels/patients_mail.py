"""A patient's mail program, in development: answers what lies in the mailbox, over SMTP through our own door."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from bot.channels.mailbox import Mail

TIMEOUT_SECONDS = 20


class NotSentError(Exception):
    """The door refused the mail; `answer` is what it said."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        super().__init__(answer)


class PatientsMail:
    """Hands mail in as a provider would that has checked its sender; the door knows that provider's word."""

    def __init__(self, port: int, word: str) -> None:
        self._port, self._word = port, word

    async def answer(self, mail: Mail, words: str, now: datetime) -> None:
        """Reply to a mail, with what it said quoted below. Raises NotSentError."""
        headers = dict(mail.headers)
        sender, to = mail.recipients[0], parseaddr(headers.get("Reply-To", "") or headers.get("From", ""))[1]
        subject = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
        quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
        introduced = f"On {mail.at:%a, %b %d, %Y at %H:%M} {headers.get('From', to)} wrote:"
        message = self.compose(sender, to, subject, f"{words}\n\n{introduced}\n\n{quoted}\n", now)
        if "Message-ID" in headers:
            message["In-Reply-To"] = headers["Message-ID"]
            message["References"] = " ".join((*headers.get("References", "").split(), headers["Message-ID"]))
        await self.hand_in(message, sender, to)

    def compose(self, sender: str, to: str, subject: str, words: str, now: datetime) -> EmailMessage:
        """A mail of this patient."""
        domain = sender.rpartition("@")[2]
        message = EmailMessage()
        message["Authentication-Results"] = f"{self._word}; dmarc=pass header.from={domain}"
        message["From"] = Address(addr_spec=sender)
        message["To"] = Address(addr_spec=to)
        message["Subject"] = subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = make_msgid(domain=domain)
        message.set_content(words)
        return message

    async def hand_in(self, message: EmailMessage, sender: str, to: str) -> None:
        """Send it. Raises NotSentError."""
        # Loaded with the first answer: a start need not wait for it.
        import aiosmtplib

        try:
            async with aiosmtplib.SMTP(
                hostname="127.0.0.1", port=self._port, start_tls=False, timeout=TIMEOUT_SECONDS
            ) as client:
                await client.send_message(message, sender=sender, recipients=[to])
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise NotSentError(f"{refused.recipients[0].code} {refused.recipients[0].message}") from refused
        except aiosmtplib.SMTPResponseException as refused:
            raise NotSentError(f"{refused.code} {refused.message}") from refused
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotSentError(f"the mail door was not reached: {type(error).__name__}") from error
