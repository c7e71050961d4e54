from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.core.errors import ConfigurationError
from bot.core.playbook import Mode
from bot.settings import Read, Settings, load_database_url, load_settings
from bot.settings.example import example

ROOT = Path(__file__).parent.parent
ENOUGH = {"APP_ID": "12345", "PRIVATE_KEY": "a key", "WEBHOOK_SECRET": "hush"}


def files(**contents: str) -> Read:
    """Return a reader of these files only; `dotenv` stands for `.env`, `key` for `key.pem`."""
    names = {"dotenv": ".env", "key": "key.pem"}
    found = {names[name]: text for name, text in contents.items()}

    def read(path: str) -> str:
        if path not in found:
            raise FileNotFoundError(2, "No such file or directory", path)
        return found[path]

    return read


def load(environ: Mapping[str, str], **contents: str) -> Settings:
    """Load settings that are right."""
    return load_settings(environ, read=files(**contents))


def mistakes(environ: Mapping[str, str], **contents: str) -> list[str]:
    """Load settings that are wrong and return the lines of the error."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings(environ, read=files(**contents))
    return str(caught.value).splitlines()


def test_three_variables_are_enough() -> None:
    """The App's number, its key and the webhook secret suffice; all else has a safe default."""
    settings = load(ENOUGH)
    assert settings.app_id == 12345
    assert settings.mode is Mode.OBSERVE
    assert settings.database_url.get_secret_value() == "sqlite:///tipstaff.db"
    assert settings.github_api_url == "https://api.github.com"
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)


def test_every_missing_variable_is_named_at_once() -> None:
    """An empty environment gives one line for each variable that must be set, with the fix."""
    lines = mistakes({})
    assert [line.split()[0] for line in lines] == ["APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET"]
    assert all("is not set; set it to" in line for line in lines)


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_secret_counts_as_not_set(blank: str) -> None:
    """A webhook secret of nothing but space is refused, because anyone could sign with it."""
    (line,) = mistakes({**ENOUGH, "WEBHOOK_SECRET": blank})
    assert line.startswith("WEBHOOK_SECRET is not set; set it to the secret entered at the App's")


def test_a_blank_former_secret_is_none_at_all() -> None:
    """An empty WEBHOOK_SECRET_PREVIOUS opens no second door."""
    assert load({**ENOUGH, "WEBHOOK_SECRET_PREVIOUS": ""}).webhook_secret_previous is None


@pytest.mark.parametrize(
    ("name", "value", "wants"),
    [
        ("APP_ID", "Iv1.8a61f9b3a7aba766", "the App's number"),
        ("APP_ID", "0", "the App's number"),
        ("PORT", "abc", "a port number"),
        ("PORT", "65536", "a port number"),
        ("WEBHOOK_PATH", "hooks", "a path that begins with /"),
        ("WEBHOOK_PATH", "/metrics", "a path that begins with /"),
        ("WEBHOOK_PATH", "/healthz/", "a path that begins with /"),
        ("WEBHOOK_PATH", "/{tail:.*}", "a path that begins with /"),
        ("LOG_LEVEL", "loud", "debug, info, warning, error"),
        ("LOG_FORMAT", "xml", "json, text"),
        ("GHE_HOST", "https://github.example.com", "the host name"),
        ("GITHUB_API_URL", "http://api.github.com", "the root of GitHub's REST API"),
        ("GITHUB_API_URL", "https://api.github.com@evil.example", "the root of GitHub's REST API"),
        ("TIPSTAFF_MODE", "on", "observe, ask or enforce"),
        ("TIPSTAFF_SECURITY_REPOSITORY", "acme/security", "a repository's name"),
        ("TIPSTAFF_SECURITY_REPOSITORY", "..", "a repository's name"),
        ("TIPSTAFF_PROTECTED", "octo cat", "logins with commas"),
        ("TIPSTAFF_CAP_PER_HOUR", "0", "a whole number from 1 on"),
        ("TIPSTAFF_CAP_PER_HOUR", "2.5", "a whole number from 1 on"),
        ("TIPSTAFF_CAP_PER_ACTOR", "0", "a whole number from 1 on"),
        ("TIPSTAFF_CAP_SHARE", "101", "a whole number from 1 to 100"),
        ("TIPSTAFF_PAUSED", "maybe", "1 or 0"),
        ("TIPSTAFF_PROTECTED_REPOSITORIES", "a/b/c", "repositories as NAME or OWNER/NAME"),
        ("TIPSTAFF_BREAK_GLASS", "fire alarm", "logins with commas"),
        ("TIPSTAFF_STALE_AFTER", "-1", "a time such as 24h"),
        ("TIPSTAFF_QUIET_PERIOD", "5 minutes", "a time such as 24h"),
        ("TIPSTAFF_ROSTER_INTERVAL", "-1", "seconds, 0 for off"),
        ("TIPSTAFF_ROSTER_INTERVAL", "nan", "seconds, 0 for off"),
        ("TIPSTAFF_REDELIVERY_INTERVAL", "inf", "seconds, 0 for off"),
        ("TIPSTAFF_LEASE", "1", "seconds, 5 or more"),
        ("TIPSTAFF_WORKERS", "1000", "a whole number from 1 to 256"),
        ("TIPSTAFF_MAX_BODY", "10", "a number of bytes from 1024 on"),
    ],
)
def test_a_wrong_value_is_shown_with_what_to_set(name: str, value: str, wants: str) -> None:
    """A value that does not fit gives one line: the variable, the value, and what fits."""
    (line,) = mistakes({**ENOUGH, name: value})
    assert line.startswith(f"{name}={value!r} does not fit; set it to {wants}")


def test_all_mistakes_are_listed_together() -> None:
    """The operator is told everything in one go: unknown, missing, unreadable and unfit."""
    lines = mistakes({"PRIVATE_KEY_PATH": "gone.pem", "PORT": "x", "TIPSTAFF_MOD": "ask"})
    assert {line.split("=")[0].split()[0] for line in lines} == {
        "TIPSTAFF_MOD",
        "PRIVATE_KEY_PATH",
        "APP_ID",
        "WEBHOOK_SECRET",
        "PORT",
    }


def test_a_misspelt_variable_of_ours_is_an_error_with_the_nearest_name() -> None:
    """`TIPSTAFF_MOD=enforce` is never passed over in silence."""
    assert mistakes({**ENOUGH, "TIPSTAFF_MOD": "enforce"}) == [
        "TIPSTAFF_MOD is not a variable of Tipstaff; did you mean TIPSTAFF_MODE?"
    ]


def test_an_unlike_variable_of_ours_is_an_error_without_a_guess() -> None:
    """A name like none of ours is refused and the list of names pointed at."""
    (line,) = mistakes({**ENOUGH, "TIPSTAFF_XYZZY": "1"})
    assert line == (
        "TIPSTAFF_XYZZY is not a variable of Tipstaff; remove it (.env.example lists all there are)"
    )


def test_other_programs_variables_are_none_of_our_business() -> None:
    """An environment is full of other things; only TIPSTAFF_ names must be known."""
    assert load({**ENOUGH, "PATH": "/bin", "LANG": "C", "APP_NAME": "x"}).app_id == 12345


def test_the_key_is_read_from_its_file() -> None:
    """PRIVATE_KEY_PATH stands in for PRIVATE_KEY."""
    environ = {"APP_ID": "1", "WEBHOOK_SECRET": "s", "PRIVATE_KEY_PATH": "key.pem"}
    assert load(environ, key="the key").private_key.get_secret_value() == "the key"


def test_an_unreadable_key_file_is_named_once() -> None:
    """A key file that is not there gives one line, with the reason and the fix."""
    environ = {"APP_ID": "1", "WEBHOOK_SECRET": "s", "PRIVATE_KEY_PATH": "key.pem"}
    (line,) = mistakes(environ)
    assert line == (
        "PRIVATE_KEY_PATH='key.pem' cannot be read (No such file or directory); "
        "set it to the path of the App's private key, a file that this user may read"
    )


def test_an_empty_key_file_is_an_error() -> None:
    """A key file with nothing in it is told from one that is missing."""
    environ = {"APP_ID": "1", "WEBHOOK_SECRET": "s", "PRIVATE_KEY_PATH": "key.pem"}
    (line,) = mistakes(environ, key="\n")
    assert "is an empty file" in line


def test_two_keys_are_one_too_many() -> None:
    """PRIVATE_KEY and PRIVATE_KEY_PATH together are an error: which one is meant, nobody knows."""
    (line,) = mistakes({**ENOUGH, "PRIVATE_KEY_PATH": "key.pem"}, key="other")
    assert line == "PRIVATE_KEY and PRIVATE_KEY_PATH are both set; keep one of them"


def test_dotenv_fills_what_the_environment_leaves_out() -> None:
    """`.env` is read too, and the environment goes before it."""
    dotenv = "APP_ID=7\nPORT=4000\nPRIVATE_KEY='two\nlines'\n"
    settings = load({"WEBHOOK_SECRET": "s", "PORT": "5000"}, dotenv=dotenv)
    assert (settings.app_id, settings.port) == (7, 5000)
    assert settings.private_key.get_secret_value() == "two\nlines"


def test_a_dollar_in_dotenv_is_a_dollar() -> None:
    """A secret that holds `${X}` is taken as it is written: nothing is filled in."""
    settings = load({**ENOUGH, "X": "y", "WEBHOOK_SECRET": ""}, dotenv="WEBHOOK_SECRET=a${X}b")
    assert settings.webhook_secret.get_secret_value() == "a${X}b"


def test_a_misspelt_variable_in_dotenv_is_an_error_too() -> None:
    """`.env` is held to the same names as the environment."""
    (line,) = mistakes(ENOUGH, dotenv="TIPSTAFF_LISTZ=lists")
    assert line.endswith("did you mean TIPSTAFF_LISTS?")


def test_an_enterprise_server_has_its_api_below_its_host() -> None:
    """GHE_HOST, Probot's name, gives the API's root."""
    settings = load({**ENOUGH, "GHE_HOST": "github.example.com"})
    assert settings.github_api_url == "https://github.example.com/api/v3"


def test_two_places_for_github_are_an_error() -> None:
    """GHE_HOST and a GITHUB_API_URL elsewhere contradict each other."""
    environ = {**ENOUGH, "GHE_HOST": "a.example", "GITHUB_API_URL": "https://b.example/api/v3"}
    (line,) = mistakes(environ)
    assert line.startswith("GHE_HOST and GITHUB_API_URL name different places")


def test_the_api_root_has_no_slash_at_its_end() -> None:
    """A slash at the end of GITHUB_API_URL would double in every call."""
    environ = {**ENOUGH, "GITHUB_API_URL": "http://127.0.0.1:8080/"}
    assert load(environ).github_api_url == "http://127.0.0.1:8080"


def test_values_are_parsed_to_what_they_mean() -> None:
    """Seconds become durations, logins a set in lower case, the mode a Mode."""
    settings = load(
        {
            **ENOUGH,
            "TIPSTAFF_MODE": "Enforce",
            "TIPSTAFF_PROTECTED": "Octocat, @break-glass,dependabot[bot],",
            "TIPSTAFF_LEASE": "90",
            "TIPSTAFF_ROSTER_INTERVAL": "0.5s",
            "LOG_LEVEL": "WARNING",
        }
    )
    assert settings.mode is Mode.ENFORCE
    assert settings.protected == {"octocat", "break-glass", "dependabot[bot]"}
    assert settings.lease == timedelta(seconds=90)
    assert settings.roster_interval == timedelta(seconds=0.5)
    assert settings.log_level == "warning"


def test_settings_never_change() -> None:
    """Settings are frozen once read."""
    with pytest.raises(ValidationError):
        load(ENOUGH).port = 1


def test_secrets_are_never_shown() -> None:
    """Neither the settings' own text nor an error holds the key, the secrets or the password."""
    environ = {
        "APP_ID": "x",
        "PRIVATE_KEY": "k3y-text",
        "WEBHOOK_SECRET": "hu5h",
        "WEBHOOK_SECRET_PREVIOUS": "0ld",
        "DATABASE_URL": "postgresql://u:pa55@h/d",
    }
    shown = repr(load({**environ, "APP_ID": "1"})) + "\n".join(mistakes(environ))
    for secret in ("k3y-text", "hu5h", "0ld", "pa55"):
        assert secret not in shown


def test_the_database_alone_needs_no_app() -> None:
    """Migrating a database asks for DATABASE_URL only, from the environment or `.env`."""
    assert load_database_url({}, read=files()) == "sqlite:///tipstaff.db"
    url = "postgresql://h/d"
    assert load_database_url({}, read=files(dotenv=f"DATABASE_URL={url}")) == url
    assert load_database_url({"DATABASE_URL": "sqlite:///x"}, read=files()) == "sqlite:///x"


def test_an_unreadable_dotenv_is_an_error() -> None:
    """A `.env` that is there but cannot be read is never passed over."""

    def read(path: str) -> str:
        raise PermissionError(13, "Permission denied", path)

    with pytest.raises(ConfigurationError, match=r"\.env cannot be read \(Permission denied\)"):
        load_settings(ENOUGH, read=read)


def test_the_example_file_is_written_from_the_variables() -> None:
    """`.env.example` documents every variable; `make docs` writes it anew."""
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == example()


def test_the_example_file_shows_working_defaults() -> None:
    """Every example line, uncommented, is accepted as it stands."""
    lines = [line.removeprefix("# ") for line in example().splitlines() if "=" in line]
    variables = dict(
        line.split("=", 1) for line in lines if line.split("=", 1)[0].isupper() and line[-1] != "="
    )
    variables.pop("PRIVATE_KEY_PATH")
    variables["GITHUB_API_URL"] = f"https://{variables['GHE_HOST']}/api/v3"
    settings = load({**ENOUGH, **variables})
    assert settings.playbooks == "playbooks"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("24h", 86_400), (" 5m ", 300), ("90", 90), ("0", 0), ("never", 0), ("", 300)],
)
def test_a_span_is_a_time_or_seconds(text: str, seconds: int) -> None:
    """0 and never switch it off; nothing leaves the default."""
    found = load({**ENOUGH, "TIPSTAFF_QUIET_PERIOD": text}).quiet_period
    assert found == timedelta(seconds=seconds)


@pytest.mark.parametrize(("text", "paused"), [("1", True), ("true", True), ("0", False)])
def test_the_switch_takes_the_usual_words(text: str, *, paused: bool) -> None:
    """An emergency is no time to look up which."""
    assert load({**ENOUGH, "TIPSTAFF_PAUSED": text}).paused is paused


def test_lists_of_names_are_folded() -> None:
    """As GitHub takes names: capitals, spaces and a leading @ do not matter."""
    found = load(
        {
            **ENOUGH,
            "TIPSTAFF_PROTECTED_REPOSITORIES": "Payments, ACME/Site ,",
            "TIPSTAFF_BREAK_GLASS": "@Fire",
        }
    )
    assert found.protected_repositories == {"payments", "acme/site"}
    assert found.break_glass == {"fire"}
