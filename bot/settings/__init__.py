"""Settings: environment variables, a `.env` file, or one file per setting."""

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from bot.settings import words
from bot.settings.secret_key import secret_keys
from bot.settings.subaccounts import TOKEN_FILE, Subaccounts

if TYPE_CHECKING:
    from bot.keys import Keys

PREFIX = "PAYBOT_"
EMPTY_MEANS_OFF = ("mail_listen",)
HIDDEN: Any = Field(default="", repr=False)


class UnusableSettingsError(Exception):
    """The settings do not work; `sentences` says everything that is wrong, without repeating any value."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(sentences))


class _SecretsFolder(BaseSettings):
    """Where the other settings may be found: read first."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file_encoding="utf-8", extra="ignore")

    secrets_dir: Path | None = None

    _folder = field_validator("secrets_dir")(words.existing_folder)


class Settings(BaseSettings):
    """What the environment decides. Its repr leaves out addresses that may hold a password; secrets are SecretStr."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        # Otherwise a list or an address in a file is taken for JSON before our own readers see it.
        enable_decoding=False,
    )

    data_dir: Path = Path("paybot-data")
    secrets_dir: Path | None = None
    database_url: str = HIDDEN
    redis_url: str = Field(default="memory://", repr=False)
    public_url: str = "http://127.0.0.1:8080"
    listen: words.Listen = words.Listen("127.0.0.1", 8080)
    trusted_proxies: words.Networks = ()
    metrics_listen: words.Listen | None = None
    secret_key: SecretStr = SecretStr("")
    environment: Literal["development", "production"] = "development"
    log_level: Literal["debug", "info", "warning", "error", "critical"] = "info"
    sms: Literal["simulator", "twilio"] = "simulator"
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_auth_token_secondary: SecretStr = SecretStr("")
    twilio_api_url: str = "https://api.twilio.com"
    twilio_opt_out: Literal["", "default", "advanced", "self"] = ""
    mail_out: words.MailOut = words.MailOut("simulator")
    dkim_key_file: Path | None = None
    dkim_selector: str = ""
    mail_listen: words.Listen | None = words.Listen("127.0.0.1", 2525)
    mail_tls_cert: Path | None = None
    mail_tls_key: Path | None = None
    mail_domain: str = "localhost"
    mail_trusted_relays: words.Networks = ()
    mail_authserv_id: str = ""
    dns: str = "system"
    checkout: Literal["sandbox", "stripe"] = "sandbox"
    stripe_api_key: SecretStr = SecretStr("")
    stripe_webhook_secret: SecretStr = SecretStr("")
    stripe_api_url: str = "https://api.stripe.com"
    templates_dir: Path | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  pydantic-settings passes all five by name
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # `load_settings` hands the environment over as values, so that a test never reads the real one.
        return init_settings, dotenv_settings, file_secret_settings

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in given.items() if value != "" or name in EMPTY_MEANS_OFF}

    _listen = field_validator("listen", mode="before")(words.listen)
    _listen_or_off = field_validator("metrics_listen", "mail_listen", mode="before")(words.listen_or_off)
    _networks = field_validator("trusted_proxies", "mail_trusted_relays", mode="before")(words.networks)
    _web = field_validator("public_url", "twilio_api_url", "stripe_api_url")(words.web_address)
    _mail_out = field_validator("mail_out", mode="before")(words.mail_out)
    _database = field_validator("database_url")(words.database_url)
    _redis = field_validator("redis_url")(words.redis_url)
    _domain = field_validator("mail_domain")(words.domain)
    _dns = field_validator("dns")(words.resolver)
    _lower = field_validator("environment", "log_level", "sms", "checkout", "twilio_opt_out", mode="before")(
        words.lower
    )
    _file = field_validator("dkim_key_file", "mail_tls_cert", "mail_tls_key")(words.existing_file)
    _folder = field_validator("templates_dir")(words.existing_folder)

    @model_validator(mode="before")
    @classmethod
    def _own_database(cls, given: dict[str, Any]) -> dict[str, Any]:
        if given.get("database_url"):
            return given
        data = Path(given.get("data_dir") or "paybot-data")
        return {**given, "database_url": f"sqlite:///{data / 'paybot.db'}"}

    @property
    def production(self) -> bool:
        """Are real patients served?"""
        return self.environment == "production"

    @property
    def embedded(self) -> bool:
        """Is the database the embedded one?"""
        return self.database_url.startswith("sqlite")

    @property
    def opt_out_mode(self) -> str:
        """Who answers STOP, START and HELP: default, advanced or self."""
        return self.twilio_opt_out or ("default" if self.sms == "twilio" else "self")

    @property
    def twilio_auth_tokens(self) -> tuple[str, ...]:
        """The tokens that may sign a webhook, the first one for our own calls."""
        both = (self.twilio_auth_token.get_secret_value(), self.twilio_auth_token_secondary.get_secret_value())
        return tuple(token for token in both if token)

    @property
    def stripe_webhook_secrets(self) -> tuple[str, ...]:
        """Two while one is being rotated."""
        return words.listed(self.stripe_webhook_secret.get_secret_value())

    @property
    def secure(self) -> bool:
        """Do patients reach us by https?"""
        return self.public_url.startswith("https://")

    @property
    def host(self) -> str:
        """The public host as it stands in a text: `pay.harbor.example`."""
        return self.public_url.partition("://")[2]

    def subaccounts(self) -> Subaccounts:
        """Practices' own Twilio accounts: the files PAYBOT_TWILIO_AUTH_TOKEN_<id> of the secrets folder."""
        return Subaccounts(self.secrets_dir)

    def lacks_token(self, account_sid: str) -> bool:
        """Is that a practice's own Twilio account whose token we do not hold? The simulator needs none."""
        ours = self.sms == "simulator" or account_sid in {"", self.twilio_account_sid}
        return not ours and not self.subaccounts().tokens(account_sid)

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """The root keys, newest first; the first start makes one in the data folder."""
        return secret_keys(self.secret_key.get_secret_value(), self.data_dir)

    def keys(self) -> "Keys":
        """What digests codes and tokens."""
        from bot.keys import Keys

        return Keys(self.secrets)


def load_settings(env: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> Settings:
    """The settings of this process; raises UnusableSettingsError with a sentence for each thing that is wrong."""
    given = os.environ if env is None else env
    values = {name.removeprefix(PREFIX).lower(): value for name, value in given.items() if name.startswith(PREFIX)}
    try:
        if unreadable := _unreadable_lines(env_file):
            raise UnusableSettingsError(unreadable)
        folder = _secrets_folder(values, env_file)
        settings = Settings(_env_file=env_file, _secrets_dir=folder, **values)  # type: ignore[arg-type]
    except ValidationError as error:
        raise UnusableSettingsError(sorted({_sentence(fault) for fault in error.errors()})) from None
    except (SettingsError, OSError, UnicodeDecodeError, ValueError) as error:
        raise UnusableSettingsError([f"The settings cannot be read: {error}."]) from None
    missing = [*words.missing(settings), *(words.production_refusals(settings) if settings.production else ())]
    if missing:
        raise UnusableSettingsError(missing)
    return settings


def _secrets_folder(values: Mapping[str, str], env_file: Path | None) -> Path | None:
    given = {"secrets_dir": values["secrets_dir"]} if values.get("secrets_dir") else {}
    return _SecretsFolder(_env_file=env_file, **given).secrets_dir  # type: ignore[arg-type]


def _unreadable_lines(env_file: Path | None) -> list[str]:
    """A sentence for each; the library would drop the line and tell nobody in our words."""
    if env_file is None or not env_file.is_file():
        return []
    from dotenv.parser import parse_stream

    with env_file.open(encoding="utf-8") as stream:
        bad = [one for one in parse_stream(stream) if one.error or (one.key is not None and one.value is None)]
    # Empty lines before it belong to what is read.
    numbers = [one.original.line + _empty_lines(one.original.string) for one in bad]
    return [f"{env_file.name} line {number} is not NAME=value." for number in numbers]


def _empty_lines(read: str) -> int:
    return read[: len(read) - len(read.lstrip())].count("\n")


def unknown_names(env: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> list[str]:
    """A sentence for each name that looks like a setting and is none: a misspelt one would be ignored silently."""
    from difflib import get_close_matches

    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    environment = os.environ if env is None else env
    in_file = DotEnvSettingsSource(Settings, env_file=env_file).env_vars
    folder = _secrets_folder({"secrets_dir": environment.get(f"{PREFIX}SECRETS_DIR", "")}, env_file)
    secret_files = [path.name for path in folder.iterdir() if not TOKEN_FILE.fullmatch(path.name)] if folder else []
    given = {name.upper() for name in (*environment, *in_file, *secret_files)}
    found = []
    for name in sorted(name for name in given - known if name.startswith(PREFIX)):
        near = get_close_matches(name, known, n=1, cutoff=0.8)
        found.append(f"{name} is no setting and is ignored{f': did you mean {near[0]}?' if near else '.'}")
    return found


def _sentence(fault: Any) -> str:
    place = next((part for part in fault["loc"] if isinstance(part, str)), "")
    reason = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "literal_error":
        reason = f"must be {fault['ctx']['expected']}"
    return f"{PREFIX}{place.upper()} {reason}."
