"""The usual way: Flask, the Twilio library and a SQLAlchemy session per request, doing the job of the road.

It checks the signature, keeps the text once, finds the patient and what they owe, answers by keyword into an outgoing
table, and commits. One process with threads under waitress, on SQLite with the same pragmas as ours.
"""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import ForeignKey, create_engine, event, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from twilio.request_validator import RequestValidator
from waitress import serve

from benchmarks.load import TOKEN, phone


class Model(DeclarativeBase):
    """The declarative home of the tables below."""


class Patient(Model):
    """Somebody with a phone."""

    __tablename__ = "patients"
    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="idle")
    opted_out: Mapped[bool] = mapped_column(default=False)


class Charge(Model):
    """Something owed."""

    __tablename__ = "charges"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    cents: Mapped[int]


class Inbound(Model):
    """A text that came in."""

    __tablename__ = "inbound"
    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(unique=True)
    patient_id: Mapped[int | None]
    body: Mapped[str]
    at: Mapped[datetime]


class Outbound(Model):
    """A text that goes out."""

    __tablename__ = "outbound"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int]
    body: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued")
    at: Mapped[datetime]


def answer(patient: Patient, owed: int, words: str) -> str:
    """A reply by keyword."""
    match words.strip().lower():
        case "stop":
            patient.opted_out = True
            return "You are opted out."
        case "balance" | "how much do i owe":
            patient.state = "code"
            return "We sent a code to your email. Reply with that code."
        case "pay":
            return f"Pay ${owed / 100:.2f} here: https://pay.example/p/0000000000000000000000"
        case _:
            return "Sorry, we did not get that. Reply BALANCE or PAY."


def make(path: str, base: str) -> Flask:
    """The application on a fresh database with patients in it."""
    engine = create_engine(f"sqlite:///{path}", pool_size=32)

    @event.listens_for(engine, "connect")
    def pragmas(connection: Any, _: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000"):
            connection.execute(f"PRAGMA {pragma}")

    Model.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Patient(id=n + 1, phone=phone(n)) for n in range(4000))
        session.add_all(Charge(patient_id=n % 4000 + 1, cents=6450) for n in range(8000))
        session.commit()
    validator = RequestValidator(TOKEN)
    app = Flask(__name__)

    @app.post("/webhooks/twilio/sms")
    def sms() -> Response:
        if not validator.validate(base + request.path, request.form, request.headers.get("X-Twilio-Signature", "")):
            return Response(status=403)
        now = datetime.now(UTC)
        with Session(engine) as session:
            patient = session.scalar(select(Patient).where(Patient.phone == request.form["From"]))
            session.add(
                Inbound(
                    sid=request.form["MessageSid"],
                    patient_id=patient.id if patient else None,
                    body=request.form["Body"],
                    at=now,
                )
            )
            try:
                session.flush()
            except IntegrityError:
                return Response("<Response/>", mimetype="text/xml")
            if patient:
                owed = session.scalar(select(func.sum(Charge.cents)).where(Charge.patient_id == patient.id)) or 0
                session.add(Outbound(patient_id=patient.id, body=answer(patient, owed, request.form["Body"]), at=now))
            session.commit()
        return Response("<Response/>", mimetype="text/xml")

    return app


if __name__ == "__main__":
    port = int(sys.argv[1])
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of every queued task
    serve(make(sys.argv[2], f"http://127.0.0.1:{port}"), host="127.0.0.1", port=port, threads=8, backlog=64)
