"""Settings: where they come from, what is refused in which words, and that no secret is ever shown."""

import stat
from pathlib import Path

import pytest

from bot.settings import Settings, UnusableSettingsError, load_settings, unknown_names

SECRET = "s3cret-value-that-nobody-may-see-anywhere"
PRODUCTION = {
    "PAYBOT_ENVIRONMENT": "production",
    "PAYBOT_SMS": "twilio",
    "PAYBOT_TWILIO_ACCOUNT_SID": "AC1",
    "PAYBOT_TWILIO_AUTH_TOKEN": SECRET,
    "PAYBOT_MAIL_OUT": "smtp+starttls://user:hunter2@relay.example:587",
    "PAYBOT_CHECKOUT": "stripe",
    "PAYBOT_STRIPE_API_KEY": SECRET,
    "PAYBOT_STRIPE_WEBHOOK_SECRET": f"{SECRET},older",
    "PAYBOT_PUBLIC_URL": "https://pay.harbor.example/",
    "PAYBOT_SECRET_KEY": SECRET,
}


def load(**env: str) -> Settings:
    return load_settings({f"PAYBOT_{name.upper()}": value for name, value in env.items()}, env_file=None)


def refusal(**env: str) -> str:
    with pytest.raises(UnusableSettingsError) as refused:
        load(**env)
    return str(refused.value)


def test_without_any_setting_it_runs_embedded() -> None:
    settings = load()
    assert settings.database_url == "sqlite:///paybot-data/paybot.db"
    assert settings.embedded
    assert not settings.production
    assert (settings.sms, settings.checkout, settings.mail_out.scheme) == ("simulator", "sandbox", "simulator")
    assert settings.opt_out_mode == "self"
    assert tuple(settings.listen) == ("127.0.0.1", 8080)
    assert settings.host == "127.0.0.1:8080"


def test_twilio_answers_stop_itself_unless_told_otherwise() -> None:
    twilio = {"sms": "twilio", "twilio_account_sid": "AC1", "twilio_auth_token": "t1"}
    assert load(**twilio).opt_out_mode == "default"
    assert load(**twilio, twilio_opt_out="advanced").opt_out_mode == "advanced"
    assert load(**twilio, twilio_auth_token_secondary="t2").twilio_auth_tokens == ("t1", "t2")


@pytest.mark.parametrize(
    "env",
    [
        {"listen": "8080"},
        {"listen": "127.0.0.1:99999"},
        {"listen": "off"},
        {"public_url": "pay.harbor.example"},
        {"public_url": "https://pay.harbor.example/portal"},
        {"public_url": "https://user:pass@pay.harbor.example"},
        {"public_url": "https://pay.harbor.example:99999"},
        {"trusted_proxies": "everybody"},
        {"database_url": "mysql://root:hunter2@db/paybot"},
        {"redis_url": "http://localhost"},
        {"mail_out": "relay.example"},
        {"mail_out": "smtp://relay.example:x"},
        {"mail_domain": "not a domain"},
        {"mail_listen": "2525"},
        {"metrics_listen": "9100"},
        {"dns": "nameserver"},
        {"environment": "prod"},
        {"log_level": "loud"},
        {"sms": "pigeon"},
        {"checkout": "cash"},
        {"twilio_opt_out": "never"},
        {"templates_dir": "/no/such/folder"},
        {"secrets_dir": "/no/such/folder"},
        {"mail_tls_cert": "/no/such/file"},
    ],
)
def test_a_bad_value_is_named_and_never_repeated(env: dict[str, str]) -> None:
    (name, value), *_ = env.items()
    words = refusal(**env)
    assert words.startswith(f"PAYBOT_{name.upper()} ")
    assert words.endswith(".")
    assert value not in words.removeprefix(f"PAYBOT_{name.upper()}").split()
    assert "hunter2" not in words


@pytest.mark.parametrize(
    "env, missing",
    [
        ({"sms": "twilio"}, "PAYBOT_TWILIO_ACCOUNT_SID"),
        ({"checkout": "stripe"}, "PAYBOT_STRIPE_API_KEY"),
        ({"checkout": "stripe", "stripe_api_key": "pk_test_x", "stripe_webhook_secret": "whsec_x"}, "publishable"),
        ({"database_url": "postgresql://u:p@db/paybot"}, "PAYBOT_SECRET_KEY"),
        ({"dkim_selector": "s1"}, "PAYBOT_DKIM_KEY_FILE"),
    ],
)
def test_what_belongs_together_is_asked_for(env: dict[str, str], missing: str) -> None:
    assert missing in refusal(**env)


def test_all_faults_are_told_at_once() -> None:
    words = refusal(listen="x", sms="y", public_url="z")
    assert len(words.splitlines()) == 3


def test_production_starts_with_everything_real() -> None:
    settings = load_settings(PRODUCTION, env_file=None)
    assert settings.production
    assert settings.secure
    assert settings.host == "pay.harbor.example"
    assert settings.mail_out.password.get_secret_value() == "hunter2"
    assert settings.stripe_webhook_secrets == (SECRET, "older")


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("PAYBOT_SMS", "simulator", "text simulator"),
        ("PAYBOT_MAIL_OUT", "simulator", "mail simulator"),
        ("PAYBOT_CHECKOUT", "sandbox", "sandbox"),
        ("PAYBOT_PUBLIC_URL", "http://pay.harbor.example", "plain http"),
        ("PAYBOT_TWILIO_API_URL", "http://twilio.example", "plain http"),
        ("PAYBOT_SECRET_KEY", "", "PAYBOT_SECRET_KEY"),
        ("PAYBOT_SECRET_KEY", "short", "too short"),
    ],
)
def test_production_refuses_what_is_not_real(name: str, value: str, words: str) -> None:
    with pytest.raises(UnusableSettingsError, match=words):
        load_settings(PRODUCTION | {name: value}, env_file=None)


def test_no_secret_is_shown() -> None:
    settings = load_settings(PRODUCTION | {"PAYBOT_DATABASE_URL": f"postgresql://u:{SECRET}@db/p"}, env_file=None)
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)
    assert "hunter2" not in repr(settings)


def test_the_environment_wins_over_the_env_file_and_that_over_secrets(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name in ("PAYBOT_TWILIO_AUTH_TOKEN", "PAYBOT_LOG_LEVEL", "PAYBOT_MAIL_DOMAIN"):
        (folder / name).write_text("warning\n")
    (folder / "PAYBOT_TWILIO_AUTH_TOKEN_AC9").write_text("of the subaccount\n")
    env_file = tmp_path / ".env"
    env_file.write_text(f"PAYBOT_SECRETS_DIR={folder}\nPAYBOT_LOG_LEVEL=error\nSOMETHING_ELSE=1\nPAYBOT_SMS=\n")
    settings = load_settings({"PAYBOT_LOG_LEVEL": "DEBUG", "PATH": "/bin"}, env_file)
    assert settings.log_level == "debug"
    assert settings.twilio_auth_token.get_secret_value() == "warning"
    assert settings.subaccounts().tokens("AC9") == ("of the subaccount",)
    assert settings.subaccounts().tokens("../AC9") == ()
    assert settings.sms == "simulator"


@pytest.mark.parametrize("in_secrets", [False, True])
def test_addresses_and_lists_may_stand_in_files(tmp_path: Path, in_secrets: bool) -> None:
    given = {
        "PAYBOT_LISTEN": "0.0.0.0:8443",
        "PAYBOT_TRUSTED_PROXIES": "10.0.0.0/8, 192.168.1.7",
        "PAYBOT_MAIL_OUT": "smtps://u:hunter2@relay.example",
    }
    env_file = tmp_path / ".env"
    if in_secrets:
        for name, value in given.items():
            (tmp_path / name).write_text(f"{value}\n")
        env_file.write_text(f"PAYBOT_SECRETS_DIR={tmp_path}\n")
    else:
        env_file.write_text("".join(f"{name}={value}\n" for name, value in given.items()))
    settings = load_settings({}, env_file)
    assert str(settings.listen) == "0.0.0.0:8443"
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "192.168.1.7/32"]
    assert (settings.mail_out.host, settings.mail_out.port) == ("relay.example", 465)
    env_file.write_text("PAYBOT_LISTEN=8443\n")
    with pytest.raises(UnusableSettingsError, match="PAYBOT_LISTEN must be an address and a port"):
        load_settings({}, env_file)


def test_a_misspelt_setting_is_told(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("PAYBOT_LSTEN=127.0.0.1:80\nPAYBOT_SMS=twilio\n")
    told = unknown_names({"PAYBOT_ENVIROMENT": "production", "PAYBOT_QQQ": SECRET, "PATH": "/bin"}, env_file)
    assert told == [
        "PAYBOT_ENVIROMENT is no setting and is ignored: did you mean PAYBOT_ENVIRONMENT?",
        "PAYBOT_LSTEN is no setting and is ignored: did you mean PAYBOT_LISTEN?",
        "PAYBOT_QQQ is no setting and is ignored.",
    ]


def test_a_line_that_cannot_be_read_is_told_and_refused(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(f"# ours\n\nPAYBOT_SECRET_KEY {SECRET}\nPAYBOT_SMS=simulator\n\nPAYBOT_DNS\nexport A='b\nc'\n")
    with pytest.raises(UnusableSettingsError) as refused:
        load_settings({}, env_file)
    assert refused.value.sentences == (".env line 3 is not NAME=value.", ".env line 6 is not NAME=value.")


def test_a_misspelt_secret_file_is_told(tmp_path: Path) -> None:
    for name in ("PAYBOT_SECRET_KYE", "PAYBOT_SECRET_KEY", "PAYBOT_TWILIO_AUTH_TOKEN_AC12ab", "..data"):
        (tmp_path / name).write_text(SECRET)
    told = unknown_names({"PAYBOT_SECRETS_DIR": str(tmp_path)}, env_file=None)
    assert told == ["PAYBOT_SECRET_KYE is no setting and is ignored: did you mean PAYBOT_SECRET_KEY?"]


def test_an_empty_mail_listen_turns_it_off_and_other_empty_values_mean_the_default() -> None:
    settings = load(mail_listen="", listen="", redis_url="", metrics_listen="off")
    assert settings.mail_listen is None
    assert settings.metrics_listen is None
    assert settings.listen.port == 8080


def test_the_first_start_makes_a_key_that_only_we_can_read(tmp_path: Path) -> None:
    first = load(data_dir=str(tmp_path / "new" / "data"))
    again = load(data_dir=str(tmp_path / "new" / "data"))
    assert first.secrets == again.secrets
    assert len(first.secrets[0]) >= 48
    path = tmp_path / "new" / "data" / "secret.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret.key"]
    assert first.secrets[0] not in repr(first)


def test_several_keys_stand_newest_first(tmp_path: Path) -> None:
    settings = load(secret_key="new-key, old-key", data_dir=str(tmp_path))
    assert settings.secrets == ("new-key", "old-key")
    digest = load(secret_key="old-key").keys().digest("code", "123456")
    assert settings.keys().matches("code", "123456", digest)
    assert not (tmp_path / "secret.key").exists()
