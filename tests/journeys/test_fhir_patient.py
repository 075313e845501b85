"""Somebody who came in by FHIR, without a consent and with a number nobody verified, writes first and is answered."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.app import ENGINE
from bot.imports import Into, import_file
from bot.imports.fhir import import_fhir
from bot.store.tables import consents, people
from bot.web.keys import MAILBOX, PATIENTS_MAIL
from tests.bot import fhir_samples as fhir
from tests.bot.web.house import House, open_house

SAMPLES = Path(os.environ.get("PAYBOT_SAMPLE_DATA") or Path(__file__).parents[3] / "shared" / "data")
ALBERTO = "4e8ed886-fd5f-40bb-8feb-f339b04d853a"


def by_hand(folder: Path) -> Path:
    """Alberto as we would write him: what he owes is what the sample of the standard generator makes him owe."""
    speaks = [{"language": {"coding": [{"code": "es"}]}}]
    alberto = fhir.patient(
        ALBERTO, name=[{"family": "Atencio413", "given": ["Alberto97"]}], communication=speaks,
        telecom=[{"system": "phone", "value": "555-961-9901", "use": "home"}],
    )  # fmt: skip
    shares = (28.104000000000003, 129.22600000000003, 201.042, 171.678)
    visits = [
        fhir.benefits(
            f"eob{n}", f"Patient/{ALBERTO}", f"Encounter/v{n}", coinsurance=share, created=f"2026-0{n + 1}-04"
        )
        for n, share in enumerate(shares)
    ]
    return fhir.written(folder, alberto, *visits)


def sources() -> Iterable[str]:
    return ["by hand", "sample data"] if (SAMPLES / "synthea-fhir-r4").is_dir() else ["by hand"]


def taken_in(house: House, folder: Path, source: str) -> None:
    into = Into(house.app[ENGINE], 1, house.clock())
    import_fhir(into, by_hand(folder) if source == "by hand" else SAMPLES / "synthea-fhir-r4")
    mail = folder / "mail.csv"
    mail.write_text(f"patient_id,first_name,last_name,email\n{ALBERTO},Alberto,Atencio,alberto@mail.example\n", "utf-8")
    import_file(into, "patients", mail)


@pytest.mark.parametrize("source", sources())
async def test_they_write_first(tmp_path: Path, database_url: str, source: str) -> None:
    where = {"PAYBOT_DATABASE_URL": database_url, "PAYBOT_SECRET_KEY": "a key for the tests of the whole server"}
    where["PAYBOT_MAIL_LISTEN"] = "127.0.0.1:0"
    async with open_house(tmp_path, None, **where) as house:
        taken_in(house, tmp_path, source)
        (alberto,) = house.rows(people, people.c.patient_id == ALBERTO)
        assert house.rows(consents, consents.c.person_id == alberto.id) == []
        asked = await house.text("saldo", "+15559619901")
        assert "530" not in asked
        code = await house.code_from_mail()
        assert "$530.05" in await house.text(code, "+15559619901")
        assert "/p/" in await house.text("pagar", "+15559619901")
        assert "/p/" in await by_mail(house, "Hola, quiero pagar todo. Gracias")


async def by_mail(house: House, words: str) -> str:
    """They reply to the newest mail they have; the answer to that."""
    box = house.app[MAILBOX]
    had = len(box.mails())
    await house.post(f"/simulator/mailbox/{box.mails()[0].id}/answer", {"words": words})
    await house.until(lambda: len(box.mails()) > had)
    return newest(house)


def newest(house: House) -> str:
    mail = house.app[MAILBOX].mails()[0]
    assert mail.recipients == ("alberto@mail.example",)
    return mail.text


async def test_a_first_mail_is_told_nothing_and_a_reply_to_its_answer_is_heard(tmp_path: Path) -> None:
    async with open_house(tmp_path, None, PAYBOT_MAIL_LISTEN="127.0.0.1:0") as house:
        taken_in(house, tmp_path, "by hand")
        hands, alberto, us = house.app[PATIENTS_MAIL], "alberto@mail.example", "harbor@localhost"
        asked = hands.compose(alberto, us, "mi cuenta", "Hola, cuanto debo?", house.clock())
        await hands.hand_in(asked, alberto, us)
        await house.until(house.app[MAILBOX].mails)
        assert "530" not in newest(house)
        assert "/p/" not in newest(house)
        assert "/p/" in await by_mail(house, "quiero pagar")
