"""The doctor: each thing that may be wrong is named, with the way out, and no secret is ever shown."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Engine, insert, select, text

from bot.checks import Line, Surroundings, Verdict, at_home, examine, mail, practices, twilio, web, wording
from bot.checks.resolving import Dns
from bot.checks.surroundings import ResolverError
from bot.practice_file import parse_practice
from bot.settings import load_settings
from bot.store import audit
from bot.store.engine import make_engine
from bot.store.tables import addresses, conversations, outbox
from tests.harbor import NOW, Harbor, make_harbor
from tests.stand_ins.doctored import ACCOUNT, NUMBER, SERVICE, TOKEN, Doctored

PRACTICE = {"slug": "harbor", "name": "Harbor", "phone": "+12065550142", "time_zone": "America/Los_Angeles",
            "email": "a@b.example"}  # fmt: skip


@dataclass
class Names:
    """A domain name system on paper."""

    txt: dict[str, list[str]] = field(default_factory=dict)
    mx: dict[str, list[str]] = field(default_factory=dict)
    silent: bool = False

    async def texts(self, name: str) -> list[str]:
        if self.silent:
            raise ResolverError
        return self.txt.get(name, [])

    async def mail_hosts(self, name: str) -> list[str]:
        if self.silent:
            raise ResolverError
        return self.mx.get(name, [])


@asynccontextmanager
async def surroundings(engine: Engine, folder: Path, **env: str) -> AsyncIterator[Surroundings]:
    given = {"PAYBOT_DATA_DIR": str(folder)} | {f"PAYBOT_{name.upper()}": value for name, value in env.items()}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield Surroundings(load_settings(given, None), engine, session, Names(), lambda: NOW)


async def lines(check: Callable[[Surroundings], Any], around: Surroundings) -> list[Line]:
    return [line async for line in check(around)]


async def said(check: Callable[[Surroundings], Any], around: Surroundings) -> list[str]:
    return [f"{line.verdict.value} {line.subject}" for line in await lines(check, around)]


@pytest.fixture
def embedded(sqlite_url: str) -> Any:
    engine = make_engine(sqlite_url)
    yield engine
    engine.dispose()


# This machine


async def test_a_fresh_installation_has_no_failure(embedded: Engine, tmp_path: Path) -> None:
    make_harbor(embedded, email="billing@harbor.example")
    async with surroundings(embedded, tmp_path, public_url="http://127.0.0.1:9", mail_listen="") as around:
        found = [line async for line in examine(around)]
    assert [str(line) for line in found if line.verdict is Verdict.FAILURE] == []
    assert {line.subject for line in found} >= {
        "settings", "secrets", "disk", "encryption", "database", "redis", "text lengths", "webhook address", "twilio",
        "checkout", "smtp", "mail in", "mail dns", "time",
    }  # fmt: skip
    assert all(line.way_out for line in found if line.verdict is not Verdict.OK)


async def test_files_that_others_may_read(embedded: Engine, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "secret.key").write_text("x" * 40, "ascii")
    (tmp_path / "secret.key").chmod(0o644)
    (tmp_path / "paybot.db").touch(0o600)
    async with surroundings(embedded, tmp_path) as around:
        (line,) = await lines(at_home.secrets, around)
        assert line.verdict is Verdict.FAILURE
        assert "secret.key" in line.said
        (tmp_path / "secret.key").chmod(0o600)
        (tmp_path / "paybot.db").chmod(0o600)
        assert await said(at_home.secrets, around) == ["ok secrets"]
        (tmp_path / "paybot.db-wal").touch(0o644)
        (tmp_path / "paybot.db-wal").chmod(0o644)
        (line,) = await lines(at_home.secrets, around)
        assert "paybot.db-wal" in line.said


@pytest.mark.parametrize(
    "free,verdict", [(100_000_000, "failure"), (900_000_000, "warning"), (40_000_000_000, "warning"), (10**12, "ok")]
)
async def test_disk(embedded: Engine, tmp_path: Path, free: int, verdict: str) -> None:
    async with surroundings(embedded, tmp_path) as around:
        around.room = lambda _: (10**12, free)
        assert await said(at_home.disk, around) == [f"{verdict} disk"]


async def test_a_database_that_works(harbor: Harbor, tmp_path: Path) -> None:
    async with surroundings(harbor.engine, tmp_path) as around:
        assert await said(at_home.database, around) == ["ok database", "ok outbox", "ok audit"]


async def test_a_database_at_another_version(harbor: Harbor, tmp_path: Path) -> None:
    with harbor.engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    async with surroundings(harbor.engine, tmp_path) as around:
        (line,) = await lines(at_home.database, around)
    assert (line.verdict, line.way_out) == (Verdict.FAILURE, "Run paybot migrate.")


async def test_a_database_that_is_away(tmp_path: Path) -> None:
    engine = make_engine("postgresql://paybot:s3cret@127.0.0.1:9/paybot")
    async with surroundings(engine, tmp_path) as around:
        (line,) = await lines(at_home.database, around)
    engine.dispose()
    assert line.verdict is Verdict.FAILURE
    assert "s3cret" not in str(line)


async def test_work_that_stands_still(harbor: Harbor, tmp_path: Path) -> None:
    harbor.patient("Ana Ruiz")
    late = NOW - timedelta(minutes=6)
    row: dict[str, Any] = {
        "practice_id": harbor.practice_id, "channel": "text", "kind": "reply", "rank": 0, "message": "idle/menu",
        "language": "en", "values": {}, "ground": "reply", "due_at": late, "created_at": late,
    }  # fmt: skip
    with harbor.engine.begin() as conn:
        audit.note(conn, at=late, who="kim", what="read")
        row["address_id"] = conn.scalar(select(addresses.c.id))
        talk = {"practice_id": harbor.practice_id, "address_id": row["address_id"], "channel": "text", "kept": {}}
        made = conn.execute(insert(conversations).values(talk).returning(conversations.c.id))
        conn.execute(insert(outbox).values(row | {"conversation_id": made.scalar_one()}))
    async with surroundings(harbor.engine, tmp_path) as around:
        assert await said(at_home.database, around) == ["ok database", "failure outbox", "warning audit"]


async def test_redis(embedded: Engine, tmp_path: Path, valkey_url: str) -> None:
    async with surroundings(embedded, tmp_path) as around:
        assert await said(at_home.redis, around) == ["ok redis"]
    async with surroundings(embedded, tmp_path, redis_url=valkey_url) as around:
        assert await said(at_home.redis, around) == ["ok redis"]
    async with surroundings(embedded, tmp_path, redis_url="redis://:s3cret@127.0.0.1:9/0") as around:
        (line,) = await lines(at_home.redis, around)
    assert line.verdict is Verdict.FAILURE
    assert "s3cret" not in str(line)


@pytest.mark.parametrize("seconds,verdict", [(1, "ok"), (-30, "warning"), (90, "failure")])
async def test_the_clock(embedded: Engine, tmp_path: Path, seconds: int, verdict: str) -> None:
    async with surroundings(embedded, tmp_path) as around:
        around.clocks["Twilio"] = (NOW + timedelta(seconds=seconds), NOW)
        assert await said(at_home.time, around) == [f"{verdict} time"]


# Practices and words


async def test_long_names_and_addresses_are_warned_of(embedded: Engine, tmp_path: Path) -> None:
    make_harbor(embedded, text_name="Harbor Family Medicine", email="a@b.example")
    address = "https://payments.harbor-family.example"
    async with surroundings(embedded, tmp_path, public_url=address) as around:
        assert await said(practices.practices, around) == ["ok practice harbor"]
        assert await said(practices.text_lengths, around) == ["warning text lengths", "warning text lengths"]


async def test_no_practice(embedded: Engine, tmp_path: Path) -> None:
    async with surroundings(embedded, tmp_path) as around:
        assert await said(practices.practices, around) == ["warning practices"]


async def test_wording_that_nobody_reads(embedded: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "ours" / "messages" / "en" / "balance"
    folder.mkdir(parents=True)
    (folder / "totl.sms.txt").write_text("x", "utf-8")
    async with surroundings(embedded, tmp_path, templates_dir=str(tmp_path / "ours")) as around:
        (line,) = await lines(wording.wording, around)
    assert (line.verdict, "balance/totl.sms.txt" in line.said) == (Verdict.WARNING, True)
    assert "balance/total.sms.txt" in line.way_out


async def test_wording_that_cannot_be_used(embedded: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "ours" / "messages" / "en" / "balance"
    folder.mkdir(parents=True)
    (folder / "total.sms.txt").write_text("{{ practice.text_name }}:\n{{ owed_cent | money }}", "utf-8")
    async with surroundings(embedded, tmp_path, templates_dir=str(tmp_path / "ours")) as around:
        (line,) = await lines(wording.wording, around)
        assert (line.verdict, "total.sms.txt line 2" in line.said) == (Verdict.FAILURE, True)
        assert line.way_out == "Did you mean owed_cents?"
        (folder / "total.sms.txt").write_text("You owe {{ owed_cents | money }}. Reply PAY.", "utf-8")
        assert await said(wording.wording, around) == ["ok wording"]


# The public address


async def test_the_public_address(embedded: Engine, tmp_path: Path) -> None:
    async with Doctored() as outside, surroundings(embedded, tmp_path, public_url=outside.url) as around:
        assert await said(web.web, around) == ["ok webhook address"]
        outside.unsigned = 200
        assert await said(web.web, around) == ["failure webhook address"]
        outside.health = "welcome to nginx"
        assert await said(web.web, around) == ["failure webhook address"]


async def test_nobody_at_the_public_address(embedded: Engine, tmp_path: Path) -> None:
    async with surroundings(embedded, tmp_path, public_url="http://127.0.0.1:9") as around:
        assert await said(web.web, around) == ["warning webhook address"]


# Twilio


@asynccontextmanager
async def texting(
    embedded: Engine, folder: Path, token: str = TOKEN, **file: Any
) -> AsyncIterator[tuple[Doctored, Surroundings]]:
    async with Doctored() as outside:
        env = {"sms": "twilio", "twilio_account_sid": ACCOUNT, "twilio_auth_token": token}
        async with surroundings(
            embedded, folder, public_url=outside.url, twilio_api_url=outside.url, **env
        ) as around:  # fmt: skip
            around.practices = (parse_practice(PRACTICE | (file or {"text_numbers": [NUMBER]})),)
            yield outside, around


async def twilio_says(around: Surroundings) -> list[str]:
    return [str(line) for line in await lines(twilio.twilio, around) if line.verdict is not Verdict.OK]


async def test_a_number_that_is_set_up_well(embedded: Engine, tmp_path: Path) -> None:
    async with texting(embedded, tmp_path) as (_, around):
        assert await twilio_says(around) == []
        assert "Twilio" in around.clocks


@pytest.mark.parametrize(
    "fault,way_out",
    [
        ({"sms_url": "https://demo.twilio.com/welcome"}, "Set it to"),
        ({"sms_method": "GET"}, "Set the method to POST"),
        ({"sms_fallback_url": ""}, "tried again"),
        ({"capabilities": {"sms": False}}, "Use a number with SMS"),
    ],
)
async def test_a_number_that_is_not(embedded: Engine, tmp_path: Path, fault: dict[str, Any], way_out: str) -> None:
    async with texting(embedded, tmp_path) as (outside, around):
        outside.number |= fault
        (line,) = await twilio_says(around)
    assert way_out in line
    assert NUMBER not in line


async def test_a_number_of_somebody_else(embedded: Engine, tmp_path: Path) -> None:
    async with texting(embedded, tmp_path) as (outside, around):
        outside.owns = False
        assert "The account does not own it" in (await twilio_says(around))[0]


async def test_a_number_abroad(embedded: Engine, tmp_path: Path) -> None:
    async with texting(embedded, tmp_path, text_numbers=["+447400123456"]) as (_, around):
        assert "It is not a US number" in (await twilio_says(around))[0]


async def test_a_service_that_is_set_up_well(embedded: Engine, tmp_path: Path) -> None:
    async with texting(embedded, tmp_path, messaging_service=SERVICE) as (_, around):
        assert await twilio_says(around) == []


@pytest.mark.parametrize("fault", [{"sticky_sender": True}, {"fallback_to_long_code": True}, {"inbound_method": "GET"}])
async def test_a_service_with_which_redaction_does_not_work(
    embedded: Engine, tmp_path: Path, fault: dict[str, Any]
) -> None:
    async with texting(embedded, tmp_path, messaging_service=SERVICE) as (outside, around):
        outside.service |= fault
        (line,) = await twilio_says(around)
    assert line.startswith("failure")


@pytest.mark.parametrize(
    "account,verdict",
    [({"status": "suspended"}, "failure"), ({"type": "Trial"}, "warning"), ({"status": None}, "failure")],
)
async def test_accounts(embedded: Engine, tmp_path: Path, account: dict[str, Any], verdict: str) -> None:
    async with texting(embedded, tmp_path) as (outside, around):
        outside.account |= account
        assert (await twilio_says(around))[0].startswith(verdict)


async def test_credentials_that_twilio_does_not_know(embedded: Engine, tmp_path: Path) -> None:
    async with texting(embedded, tmp_path, token="wrong-s3cret") as (_, around):
        (line,) = await twilio_says(around)
    assert "does not know these credentials" in line
    assert "s3cret" not in line


OWN, OWN_TOKEN = "AC" + "5" * 32, "own-s3cret"


@asynccontextmanager
async def texting_by_its_own(
    embedded: Engine, folder: Path, held: str | None = OWN_TOKEN
) -> AsyncIterator[tuple[Doctored, Surroundings]]:
    """A practice with an account of its own, and the token that the secrets folder holds of it."""
    secrets = folder / "secrets"
    secrets.mkdir()
    if held is not None:
        (secrets / f"PAYBOT_TWILIO_AUTH_TOKEN_{OWN}").write_text(held)
    async with texting(embedded, folder, text_numbers=[NUMBER], twilio_account_sid=OWN) as (outside, around):
        outside.tokens[OWN] = OWN_TOKEN
        around.settings = around.settings.model_copy(update={"secrets_dir": secrets})
        yield outside, around


async def test_a_practice_with_an_account_of_its_own(embedded: Engine, tmp_path: Path) -> None:
    async with texting_by_its_own(embedded, tmp_path) as (outside, around):
        told = [str(line) for line in await lines(twilio.twilio, around)]
        assert [one.split(":")[0].split()[0] for one in told] == ["ok"] * 4
        assert told[1] == "ok       twilio harbor: The account is active."
        outside.account["status"] = "suspended"
        assert "failure  twilio harbor: The account is suspended." in " ".join(await twilio_says(around))


@pytest.mark.parametrize(
    "held, said",
    [
        (None, "The token of its own Twilio account is missing"),
        ("", "The token of its own Twilio account is missing"),
        ("wr0ng", "does not know these credentials"),
    ],
)
async def test_an_account_of_its_own_without_a_good_token(
    embedded: Engine, tmp_path: Path, held: str | None, said: str
) -> None:
    async with texting_by_its_own(embedded, tmp_path, held) as (_, around):
        (line,) = await twilio_says(around)
    assert line.startswith("failure  twilio harbor: ")
    assert said in line
    assert f"PAYBOT_TWILIO_AUTH_TOKEN_{OWN}" in line
    assert not held or held not in line


async def test_its_own_account_is_looked_at_though_ours_does_not_answer(embedded: Engine, tmp_path: Path) -> None:
    async with texting_by_its_own(embedded, tmp_path) as (outside, around):
        del outside.tokens[ACCOUNT]
        told = [str(line) for line in await lines(twilio.twilio, around)]
    assert told[0].startswith("failure  twilio: ")
    assert told[1] == "ok       twilio harbor: The account is active."


# Mail


async def test_a_door_that_is_ours_and_one_that_is_not(embedded: Engine, tmp_path: Path) -> None:
    greetings = [b"220 harbor ESMTP\r\n", b"HTTP/1.1 400\r\n"]

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greetings.pop(0))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, surroundings(embedded, tmp_path, mail_listen=f"127.0.0.1:{port}") as around:
        assert await said(mail.door, around) == ["ok mail in"]
        assert await said(mail.door, around) == ["failure mail in"]
    async with surroundings(embedded, tmp_path, mail_listen="127.0.0.1:9") as around:
        assert await said(mail.door, around) == ["warning mail in"]


async def test_a_relay_that_is_away(embedded: Engine, tmp_path: Path) -> None:
    async with surroundings(embedded, tmp_path, mail_out="smtp://kim:s3cret@127.0.0.1:9") as around:
        (line,) = await lines(mail.relay, around)
    assert line.verdict is Verdict.FAILURE
    assert "s3cret" not in str(line)


async def test_a_relay_that_takes_mail(embedded: Engine, tmp_path: Path) -> None:
    from bot.channels.mailbox import Mailbox, listening

    async with (
        listening(Mailbox(lambda: NOW)) as port,
        surroundings(embedded, tmp_path, mail_out=f"smtp://127.0.0.1:{port}") as around,
    ):
        assert await said(mail.relay, around) == ["ok smtp"]


GOOD = Names(
    {
        "harbor.example": ["v=spf1 include:relay.example -all", "something else"],
        "_dmarc.harbor.example": ["v=DMARC1; p=reject"],
        "s1._domainkey.harbor.example": ["v=DKIM1; p=" + base64.b64encode(b"x" * 294).decode()],
    },
    {"harbor.example": ["mx.harbor.example"]},
)


@asynccontextmanager
async def mailing(embedded: Engine, folder: Path, names: Names) -> AsyncIterator[Surroundings]:
    key = folder / "dkim.pem"
    key.write_text("x", "ascii")
    env = {"mail_domain": "harbor.example", "dkim_selector": "s1", "dkim_key_file": str(key)}
    async with surroundings(embedded, folder, **env) as around:
        around.resolver = names
        yield around


async def test_a_domain_that_is_set_up_well(embedded: Engine, tmp_path: Path) -> None:
    async with mailing(embedded, tmp_path, GOOD) as around:
        assert await said(mail.names, around) == ["ok mail dns"] * 4


@pytest.mark.parametrize(
    "name,found,word",
    [
        ("harbor.example", [], "no SPF record"),
        ("harbor.example", ["v=spf1 -all", "v=spf1 ~all"], "2 SPF records"),
        ("harbor.example", ["v=spf1 +all"], "lets everybody send"),
        ("_dmarc.harbor.example", [], "no DMARC record"),
        ("s1._domainkey.harbor.example", [], "no DKIM key"),
        ("s1._domainkey.harbor.example", ["v=DKIM1; p=" + base64.b64encode(b"x" * 94).decode()], "too short"),
        ("s1._domainkey.harbor.example", ["p=" + base64.b64encode(b"x" * 162).decode()], "1024 bits"),
    ],
)
async def test_a_domain_that_is_not(embedded: Engine, tmp_path: Path, name: str, found: list[str], word: str) -> None:
    async with mailing(embedded, tmp_path, replace(GOOD, txt=GOOD.txt | {name: found})) as around:
        (line,) = [line for line in await lines(mail.names, around) if line.verdict is not Verdict.OK]
    assert word in line.said


async def test_a_domain_without_mx_and_a_resolver_that_is_silent(embedded: Engine, tmp_path: Path) -> None:
    async with mailing(embedded, tmp_path, replace(GOOD, mx={})) as around:
        assert (await said(mail.names, around))[0] == "failure mail dns"
    async with mailing(embedded, tmp_path, Names(silent=True)) as around:
        assert await said(mail.names, around) == ["failure mail dns"]


async def test_a_resolver_that_is_not_there() -> None:
    resolver = Dns("127.0.0.1:9")
    resolver._resolver.lifetime = 0.2
    with pytest.raises(ResolverError):
        await resolver.texts("harbor.example")


# All of it


async def test_a_check_that_breaks_stops_no_other(embedded: Engine, tmp_path: Path) -> None:
    async with surroundings(embedded, tmp_path, public_url="http://127.0.0.1:9", mail_listen="") as around:
        around.room = lambda _: (0, 0)
        found = [line async for line in examine(around)]
    (broken,) = [line for line in found if line.verdict is Verdict.FAILURE]
    assert str(broken).startswith("failure  disk: It could not be checked (ZeroDivisionError)")
    assert found[-1].subject == "time"
