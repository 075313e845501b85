"""`paybot apikey`: keys of the practice API."""

from typing import Annotated

from cyclopts import App, Parameter

from bot.cli.opening import named, opened
from bot.cli.outcome import CommandFailedError, WrongUsageError, give, say
from bot.settings import load_settings

app = App("apikey", help="Add, list and revoke keys of the practice API.")

LONGEST_NAME = 100


@app.command
def create(
    *,
    name: Annotated[str, Parameter(help="What it is for; patients' threads show it as who answered.")],
    practice: Annotated[str | None, Parameter(help="The practice's slug; not needed while there is only one.")] = None,
) -> None:
    """Make a key for one practice. It alone is printed on stdout, this once: it is kept as a hash.

    Example: `paybot apikey create --practice harbor --name "billing system"`
    """
    from bot.clock import utc_now
    from bot.store import api_keys, audit

    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise WrongUsageError(f"--name says what the key is for, in at most {LONGEST_NAME} characters.")
    settings, now = load_settings(), utc_now()
    with opened(settings) as engine:
        ours = named(engine, practice)
        with engine.begin() as conn:
            key_id, key = api_keys.create(conn, settings.keys(), ours.id, name, now)
            audit.note(conn, at=now, who="cli", what="apikey_created", practice_id=ours.id, api_key_id=key_id)
    say(f"Key {key_id} for {ours.file.slug}. Keep it safe: it is not shown again.")
    give(key)


@app.command(name="list")
def list_() -> None:
    """Print every key: its id, practice and name, when it was made and last used, and whether it still opens anything.

    Example: `paybot apikey list`
    """
    from bot.store import api_keys
    from bot.store.engine import reader

    with opened() as engine, reader(engine).connect() as conn:
        keys = api_keys.every(conn)
    for key in keys:
        used = f"used {key.used_at:%Y-%m-%d}" if key.used_at else "never used"
        state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "active"
        give(f"{key.id}\t{key.practice}\t{key.name}\tmade {key.made_at:%Y-%m-%d}\t{used}\t{state}")
    if not keys:
        say("There is no key yet. Make one with paybot apikey create --name NAME.")


@app.command
def revoke(key_id: Annotated[int, Parameter(name="ID")], /) -> None:
    """Revoke the key with this ID: it opens nothing from now on, and never again.

    Example: `paybot apikey revoke 3`

    Parameters
    ----------
    key_id
        The number that `paybot apikey list` prints first.
    """
    from bot.clock import utc_now
    from bot.store import api_keys, audit

    now = utc_now()
    with opened() as engine, engine.begin() as conn:
        if not 0 < key_id < 2**63 or not api_keys.revoke(conn, key_id, now):
            raise CommandFailedError(f"There is no active key {key_id}. See paybot apikey list.")
        audit.note(conn, at=now, who="cli", what="apikey_revoked", api_key_id=key_id)
    say(f"Key {key_id} is revoked.")
