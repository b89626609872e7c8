"""Settings: an invalid one is refused by name, value and allowed values; no secret is repeated."""

from pathlib import Path
from typing import Final

import msgspec
import pytest

from monitor.config import ALLOWED, PREFIX, Config, ConfigError, load

# setting, an invalid value, the part of it that is shown
WRONG: Final = [
    ("MQTT_URL", "http://127.0.0.1", "http://127.0.0.1"),
    ("MQTT_URL", "127.0.0.1:1883", "127.0.0.1:1883"),
    ("MQTT_URL", "mqtt://127.0.0.1:many", "mqtt://127.0.0.1:many"),
    ("MQTT_URL", "mqtt://127.0.0.1/topic", "mqtt://127.0.0.1/topic"),
    ("MQTT_URL", "mqtt://user@127.0.0.1", "mqtt://***@127.0.0.1"),
    ("DATABASE_URL", "mysql://127.0.0.1/x", "mysql://127.0.0.1/x"),
    ("DATABASE_URL", "data/monitor.db", "data/monitor.db"),
    ("DATABASE_URL", "sqlite:", "sqlite:"),
    ("DATABASE_URL", "sqlite:///:memory:", "sqlite:///:memory:"),
    ("DATABASE_URL", "postgresql://127.0.0.1:many/x", "postgresql://127.0.0.1:many/x"),
    ("HTTP_HOST", " ", " "),
    ("HTTP_PORT", "abc", "abc"),
    ("HTTP_PORT", "", ""),
    ("HTTP_PORT", "65536", "65536"),
    ("HTTP_PORT", "80.5", "80.5"),
    ("SITE", "a/b", "a/b"),
    ("SITE", "", ""),
    ("SITE", "+,home", "+, home"),
    ("NOTICE_ALLOW", "localhost", "localhost"),
    ("CLOCK_SPEED", "fast", "fast"),
    ("CLOCK_SPEED", "0", "0"),
    ("CLOCK_SPEED", "nan", "nan"),
    ("MQTT_PORT", "-1", "-1"),
    ("BROKER", "hivemq", "hivemq"),
    ("DATA", "", ""),
    ("ORIGINS", "https://a.example,b.example", "b.example"),
    ("TRUSTED_PROXIES", "10.0.0.0/8,proxy", "proxy"),
    ("PAGES_PER_SIGN_IN", "0", "0"),
    ("PAGES_PER_USER", "1001", "1001"),
    ("HTTP_CONNECTIONS", "63", "63"),
    ("HTTP_PER_ADDRESS", "all", "all"),
    ("MQTT_WINDOW", "0", "0"),
    ("MQTT_WINDOW", "none", "none"),
    ("DEVICE_RATE", "0", "0"),
    ("DEVICE_RATE", "often", "often"),
    ("DEVICE_BACKLOG", "99", "99"),
    ("MQTT_CA", "absent.pem", "absent.pem"),
    ("PUBLIC_URL", "monitor.example", "monitor.example"),
    ("NOTICE_SCHEMES", "mailto,a b", "a b"),
    ("PING_URL", "ftp://hc.example/path", "ftp://hc.example/…"),
    ("SIGN_IN_HOURS", "0", "0"),
    ("SIGN_IN_HOURS", "721", "721"),
    ("METRICS_TOKEN", "short", "***"),
    ("METRICS_TOKEN", "one with many blanks", "***"),
]


def refusal(environment: dict[str, str], path: Path | None = None) -> str:
    with pytest.raises(ConfigError) as refused:
        load(environment, str(path or ""))
    said = str(refused.value)
    assert "\n" not in said
    return said


@pytest.mark.parametrize(("name", "value", "shown"), WRONG)
def test_a_variable_is_refused_by_name_value_and_what_is_allowed(
    name: str, value: str, shown: str
) -> None:
    said = refusal({PREFIX + name: value})
    assert said.startswith(f"{PREFIX}{name}: '{shown}' ")
    assert said.endswith(f" Allowed: {ALLOWED[name.lower()]}.")


def test_every_setting_has_a_row_and_says_what_is_allowed() -> None:
    fields = {field.name for field in msgspec.structs.fields(Config)}
    assert set(ALLOWED) == fields
    assert {name.lower() for name, _, _ in WRONG} == fields - {"sources"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('http_port = "abc"', ": http_port: 'abc' cannot be used. Allowed: a port"),
        ("http_port = 70000", ": http_port: 70000 cannot be used. Allowed: a port"),
        ("clock_speed = -1.5", ": clock_speed: -1.5 cannot be used. Allowed: a number above 0"),
        ('site = ["a", "b/c"]', ": site: 'a, b/c' cannot be used. Allowed: a name"),
        ('[[sources]]\ntopic = "x"', ": sources: '[[sources]]' cannot be used (Object missing"),
        (
            '[[sources]]\ntopic = "a/b"\nformat = "theengs"',
            ": sources: 'a/b' cannot be used. Allowed: a topic of which exactly one",
        ),
    ],
)
def test_a_key_of_the_file_is_refused_as_its_author_wrote_it(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "monitor.toml"
    file.write_text(text)
    assert refusal({}, file).startswith(f"{file}{said}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MQTT_URL", "mqtt://monitor:hunter2@host:many"),
        ("MQTT_URL", "mqtt://monitor:a/hunter2@host"),
        ("MQTT_URL", "monitor:hunter2@host"),
        ("MQTT_URL", "mqtt://host?password=hunter2"),
        ("DATABASE_URL", "mysql://monitor:p@hunter2@host/x"),
        ("DATABASE_URL", "mysql://host/x?password=hunter2"),
        ("PING_URL", "ftp://ping.example/hunter2"),
        ("PUBLIC_URL", "ftp://monitor.example?token=hunter2"),
        ("METRICS_TOKEN", "hunter2"),
    ],
)
def test_no_secret_is_repeated(name: str, value: str) -> None:
    assert "hunter2" not in refusal({PREFIX + name: value})


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///data/monitor.db", "sqlite:////srv/monitor.db", "postgresql:///monitor",
        "postgresql://u:p%40@host:5432/monitor", "postgresql://u@one:5432,two:5433/monitor",
    ],
)  # fmt: skip
def test_a_database_that_can_be_is_taken(url: str) -> None:
    assert load({PREFIX + "DATABASE_URL": url}).database_url == url
