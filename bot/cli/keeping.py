"""`paybot export`, `audit`, `backup`, `purge` and `hold`: taking out, keeping safe, and forgetting."""

import re
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from bot.cli.opening import named, opened
from bot.cli.outcome import CommandFailedError, WrongUsageError, give, say
from bot.cli.progress import shown

Practice = Annotated[str | None, Parameter(help="The practice's slug; not needed while there is only one.")]

export = App("export", help="Take out what the practice's other systems need.")
audit = App("audit", help="Check the sealed record of who did and saw what.")
hold = App("hold", help="Keep messages from being purged while a dispute or a lawsuit needs them.")


@export.command
def payments(*, practice: Practice = None, since: str, format: Literal["csv"] = "csv") -> None:  # noqa: A002 - its name
    """Print the money we took, as a payments file with our receipt references.

    Each row is a part of a payment that went to one charge. Imported again, the rows are recognised.

    Example: `paybot export payments --practice harbor --since 2026-05-01 > payments.csv`

    Parameters
    ----------
    since
        The first day, like 2026-05-01, where the practice is.
    format
        How it is written.
    """
    from bot.clock import utc_now
    from bot.keeping.exports import payments_since, write_csv
    from bot.store import audit as audit_rows
    from bot.store.engine import reader

    first = _day(since)
    with opened() as engine:
        ours = named(engine, practice)
        with reader(engine).connect() as conn:
            lines = list(payments_since(conn, ours, first))
        with engine.begin() as conn:
            told = {"format": format, "since": since, "rows": len(lines)}
            audit_rows.note(conn, at=utc_now(), who="cli", what="payments_exported", practice_id=ours.id, **told)
        write_csv(lines, sys.stdout)
    say(f"{len(lines):,} rows.")


@audit.command
def verify(*, expect: str = "") -> None:
    """Check every seal against its rows. It prints the newest seal: keep it elsewhere, and hand it back with --expect.

    Exits 1 when a row or a seal was changed, removed or put in afterwards.

    Example: `paybot audit verify`

    Parameters
    ----------
    expect
        A seal that an earlier check printed: it must still be in the chain.
    """
    from bot.clock import utc_now
    from bot.keeping.audit_seals import verify as verify_chain
    from bot.store.engine import reader

    if expect and not re.fullmatch("[0-9a-f]{64}", expect):
        raise WrongUsageError("--expect is a seal as audit verify printed it: 64 hexadecimal digits.")
    with opened() as engine, reader(engine).connect() as conn, shown() as progress:
        found = verify_chain(conn, utc_now(), expect, progress)
    if found.seals:
        say(f"Seals checked: {found.seals:,}. Rows that they cover: {found.rows:,}.")
    elif not found.unsealed:
        say("The audit is empty: nothing that it records has happened yet.")
    else:
        say("No seal has been set yet, so there is nothing to check: paybot serve sets the first one.")
    if found.unsealed:
        say(f"Rows not sealed yet: {found.unsealed:,}, the oldest of {found.oldest_unsealed_at:%Y-%m-%d %H:%M} UTC. "
            "A running worker seals them within a second.")  # fmt: skip
    if not found.sound:
        raise CommandFailedError("\n".join(["The audit was tampered with, or is damaged:", *found.faults]))
    if found.seals:
        give(found.newest_hash)


def backup(file: Path, /) -> None:
    """Write a consistent copy of the database to FILE, while the server runs.

    An embedded database is copied as SQLite, PostgreSQL as a dump for pg_restore. The secret key is not in it:
    keep that apart, for without it open codes and encrypted settings cannot be read.

    Example: `paybot backup /backups/paybot-2026-05-06.db`

    Parameters
    ----------
    file
        A file that is not there yet.
    """
    from bot.keeping.backups import CannotBackUpError, back_up

    with opened() as engine:
        try:
            size = back_up(engine, file)
        except CannotBackUpError as error:
            raise CommandFailedError(str(error)) from None
    say(f"Written: {size:,} bytes.")
    give(str(file))


def purge(*, dry_run: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Forget what people wrote, and what we wrote to them, once it is older than the practice keeps messages.

    The practice file says how long: policy.keep_messages_months, 24 unless it says otherwise. Forms for financial help
    go with the messages. What is somebody's consent or opt-out stays for six years at least. The audit, the consents
    and the books stay for good, and so does everything under a hold (`paybot hold`). Page sessions, forms for codes,
    wrong tries at codes and stored answers of the API go after 30 days; addresses at which our mails can be answered
    go once they have run out.

    Example: `paybot purge --dry-run`

    Parameters
    ----------
    dry_run
        Count only; forget nothing.
    """
    from bot.clock import utc_now
    from bot.keeping.retention import purge as forget

    with opened() as engine, shown() as progress:
        done = forget(engine, utc_now(), dry_run=dry_run, progress=progress)
    for one in done.practices:
        kept = f", {one.on_hold:,} kept by a hold" if one.on_hold else ""
        kept += f", {one.evidence:,} kept as evidence of consent" if one.evidence else ""
        kept += f", {one.aid:,} forms for financial help" if one.aid else ""
        say(f"{one.slug}: {one.received:,} messages received and {one.sent:,} sent before {one.before:%Y-%m-%d}{kept}.")
    say(f"{done.sessions:,} page sessions, {done.forms:,} forms for codes, {done.tries:,} wrong tries at codes,"
        f" {done.answers:,} answers of the API, {done.reply_addresses:,} addresses of mails.")  # fmt: skip
    say("Nothing was forgotten: this was a dry run." if dry_run else
        "These are forgotten here. Backups made before still hold them until you let those go.")  # fmt: skip


@hold.command
def place(patient: str | None = None, /, *, practice: Practice = None, reason: str) -> None:
    """Purge nothing of PATIENT, or nobody's messages of the whole practice, until the hold is lifted.

    The hold's id alone is printed on stdout.

    Example: `paybot hold place P100 --practice harbor --reason "case 26-114"`

    Parameters
    ----------
    patient
        The patient's id, as the practice calls them; without one, everybody.
    reason
        Why, in the words of a file reference.
    """
    from sqlalchemy import select

    from bot.clock import utc_now
    from bot.store import audit as audit_rows
    from bot.store import holds
    from bot.store.tables import people

    if not reason.strip() or len(reason) > 200:
        raise WrongUsageError("--reason takes 1 to 200 characters.")
    with opened() as engine:
        ours = named(engine, practice)
        with engine.begin() as conn:
            mine = (people.c.practice_id == ours.id, people.c.patient_id == patient)
            person = conn.scalar(select(people.c.id).where(*mine)) if patient else None
            if patient and person is None:
                raise CommandFailedError(f"{ours.file.slug} has no patient {patient}.")
            made = holds.place(conn, ours.id, person, reason.strip(), utc_now())
            audit_rows.note(conn, at=utc_now(), who="cli", what="hold_placed", practice_id=ours.id, hold=made)
    give(str(made))


@hold.command
def lift(hold_id: int, /, *, practice: Practice = None) -> None:
    """Let the purge have again what this hold kept.

    Example: `paybot hold lift 3 --practice harbor`

    Parameters
    ----------
    hold_id
        The id that placing it printed.
    """
    from bot.clock import utc_now
    from bot.store import audit as audit_rows
    from bot.store import holds

    with opened() as engine:
        ours = named(engine, practice)
        with engine.begin() as conn:
            if not holds.lift(conn, ours.id, hold_id, utc_now()):
                raise CommandFailedError(f"{ours.file.slug} has no hold {hold_id} that stands.")
            audit_rows.note(conn, at=utc_now(), who="cli", what="hold_lifted", practice_id=ours.id, hold=hold_id)
    say(f"Hold {hold_id} is lifted.")


@hold.command(name="list")
def list_holds(*, practice: Practice = None) -> None:
    """List the holds that stand.

    Example: `paybot hold list --practice harbor`
    """
    from bot.store import holds
    from bot.store.engine import reader

    with opened() as engine:
        ours = named(engine, practice)
        with reader(engine).connect() as conn:
            for one in holds.standing(conn, ours.id):
                give(f"{one.id}  {one.placed_at:%Y-%m-%d}  {one.patient_id or 'everybody'}  {one.reason}")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise WrongUsageError("--since is a day like 2026-05-01.") from None
