"""`paybot import`: patients, charges, payments, FHIR, and taking one back."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from bot.cli.opening import named, opened
from bot.cli.outcome import CommandFailedError, give, say
from bot.cli.progress import shown
from bot.imports.report import Counts, Problem, Problems

app = App("import", help="Take in patients, charges and payments from CSV files, or from FHIR.")

Practice = Annotated[str | None, Parameter(help="The practice's slug; not needed while there is only one.")]
DryRun = Annotated[bool, Parameter(negative="", help="Check the file and count; write nothing.")]
MOST_SHOWN = 200


@app.command
def patients(file: Path, /, *, practice: Practice = None, dry_run: DryRun = False) -> None:
    """Import the patients of FILE: names, phones, mail addresses, guarantors, consents.

    The import's id alone is printed on stdout. A file with errors is refused whole.

    Example: `paybot import patients patients.csv --practice harbor`

    Parameters
    ----------
    file
        A CSV file with the columns patient_id, first_name, last_name, and perhaps birth_date, phone, email, zip,
        language, guarantor_id, text_consent, text_consent_source, text_consent_at, email_consent, time_zone.
    """
    _import("patients", file, practice, dry_run=dry_run)


@app.command
def charges(file: Path, /, *, practice: Practice = None, dry_run: DryRun = False) -> None:
    """Import the charges of FILE: what each visit leaves the patient to pay.

    Example: `paybot import charges charges.csv --practice harbor --dry-run`

    Parameters
    ----------
    file
        A CSV file with the columns charge_id, patient_id, service_date, patient_owes, and perhaps encounter_id,
        provider, location, description, billed, insurance_paid, adjustment.
    """
    _import("charges", file, practice, dry_run=dry_run)


@app.command
def payments(file: Path, /, *, practice: Practice = None, dry_run: DryRun = False) -> None:
    """Import the payments of FILE: money taken elsewhere. Our own receipts are recognised by their reference.

    Example: `paybot import payments payments.csv --practice harbor`

    Parameters
    ----------
    file
        A CSV file with the columns payment_id, patient_id, paid_on, amount, method, and perhaps charge_id, reference.
    """
    _import("payments", file, practice, dry_run=dry_run)


@app.command
def fhir(path: Path, /, *, practice: Practice = None, dry_run: DryRun = False) -> None:
    """Import FHIR R4 as JSON: a bundle, a resource, one resource a line (.ndjson), or a folder of such files.

    A patient keeps the id of their Patient resource. What a visit leaves them to pay is taken from its
    ExplanationOfBenefit, else from its Invoice, else from its Account. What is odd is a warning, and the rest is taken.

    The import's id alone is printed on stdout.

    Example: `paybot import fhir export/ --practice harbor`

    Parameters
    ----------
    path
        A file or a folder.
    """
    from bot.clock import utc_now
    from bot.imports import Into, RefusedError
    from bot.imports.fhir import import_fhir

    if not path.exists():
        raise CommandFailedError(f"{path} is not a file or folder that can be read.")
    with opened() as engine:
        ours = named(engine, practice)
        try:
            with shown() as progress:
                done = import_fhir(Into(engine, ours.id, utc_now()), path, dry_run=dry_run, progress=progress)
        except RefusedError as error:
            _tell(error.problems)
            raise CommandFailedError(f"Nothing was imported from {path}.") from None
    _tell(done.problems)
    say(_summary("patients", done.patients, dry_run=dry_run))
    say(_summary("charges", done.charges, dry_run=dry_run))
    if done.died:
        say(f"{done.died:,} of the patients have died: nobody is written to about them.")
    if done.import_id is not None:
        give(str(done.import_id))


@app.command
def undo(import_id: int, /) -> None:
    """Take the import with this id back: reversing entries in the books, patients removed on whom nothing depends.

    Example: `paybot import undo 7`

    Parameters
    ----------
    import_id
        The id that the import printed.
    """
    from sqlalchemy import select

    from bot.clock import utc_now
    from bot.imports import CannotUndoError, Into
    from bot.imports import undo as undo_import
    from bot.store.engine import reader
    from bot.store.tables import imports

    with opened() as engine:
        with reader(engine).connect() as conn:
            practice_id = conn.scalar(select(imports.c.practice_id).where(imports.c.id == import_id))
        try:
            with shown() as progress:
                done = undo_import(Into(engine, practice_id or 0, utc_now()), import_id, progress)
        except CannotUndoError as error:
            raise CommandFailedError(str(error)) from None
    say(f"Import {import_id} is undone.")
    if done.kind != "patients":
        say(f"Entries reversed in the books: {done.entries_reversed:,}.")
    if done.kind in {"charges", "payments"}:
        return
    say(f"Patients removed: {done.people_removed:,}.")
    if done.people_kept:
        say(
            f"Patients kept, because charges, consents or talks depend on them: {done.people_kept:,}. "
            f"Consents of theirs that no longer count: {done.consents_withdrawn:,}."
        )
    if done.changes_left:
        say(f"Patients who were there before and keep what the import changed: {done.changes_left:,}.")


def _import(kind: str, file: Path, slug: str | None, *, dry_run: bool) -> None:
    from bot.clock import utc_now
    from bot.imports import Into, RefusedError, import_file

    if not file.is_file():
        raise CommandFailedError(f"{file} is not a file that can be read.")
    with opened() as engine:
        practice = named(engine, slug)
        try:
            with shown() as progress:
                into = Into(engine, practice.id, utc_now())
                done = import_file(into, kind, file, dry_run=dry_run, progress=progress)
        except RefusedError as error:
            _tell(error.problems)
            raise CommandFailedError(_refusal(file, error.problems)) from None
    _tell(done.problems)
    say(_summary(kind, done.counts, dry_run=dry_run))
    if done.import_id is not None:
        give(str(done.import_id))


def _tell(problems: Problems) -> None:
    _list("Warning", problems.warnings, problems.warnings_beyond)
    _list("Error", problems.errors, problems.errors_beyond)


def _list(word: str, found: list[Problem], beyond: int) -> None:
    # Errors are all shown, for they must all be mended; of warnings the beginning says what they are like.
    most = len(found) if word == "Error" else MOST_SHOWN
    for problem in found[:most]:
        say(f"{word}: {problem}")
    left = len(found) - min(most, len(found)) + beyond
    if left:
        say(f"and {left:,} more like these.")


def _refusal(file: Path, problems: Problems) -> str:
    count = len(problems.errors) + problems.errors_beyond
    return (
        f"Nothing was imported: {file} has {count:,} error{'s' if count != 1 else ''}. Mend them and import it again."
    )


def _summary(kind: str, counts: Counts, *, dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    parts = [f"{counts.new:,} {would}new", f"{counts.changed:,} {would}changed", f"{counts.unchanged:,} as they were"]
    if kind == "payments":
        parts[1] = f"{counts.recognised:,} recognised as our own"
    end = " Nothing was written: this was a dry run." if dry_run else ""
    return f"{counts.rows:,} {kind}: {', '.join(parts)}.{end}"
