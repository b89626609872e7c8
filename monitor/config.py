"""Environment and TOML file to one frozen object. What cannot be right is refused by name.

The environment wins over the file. Keys of the file are the names below in lower case without
the prefix (`mqtt_url = "…"`), and tables `[[sources]]`, which only a file can hold.
"""

import re
import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

PREFIX: Final = "DOSING_MONITOR_"
Broker = Literal["auto", "mosquitto", "amqtt"]


class ConfigError(ValueError):
    """Wrong configuration: one line that says what, where and what to do."""


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """Topics of a gateway that has its own: `{device}` in `topic` is the level of the device."""

    topic: str
    format: str
    site: str = "home"


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be set; each field is DOSING_MONITOR_ and its name in capitals.

    mqtt_url       "": a broker of its own on 127.0.0.1:`mqtt_port`
    site           sites whose topics this process serves; ("+",) for all
    notice_allow   scheme://host that notices may go to although it is not public
    clock_speed    1; another value for modes test and demo only
    mqtt_port, broker, data   the broker of its own: where it listens, which program, its files
    origins        further origins (scheme://host[:port]) from which the page may be used
    trusted_proxies   addresses or networks whose word is believed for whom they speak, and by https
    mqtt_window    how many unconfirmed messages the broker at `mqtt_url` delivers at most
                   (mosquitto: max_inflight_messages, 20 if it is not set)
    public_url     where people elsewhere reach the page, as in https://monitor.example; for links
                   in notices; "": where it listens
    notice_schemes schemes of the Apprise library that notices may use; (): the usual ones
    ping_url       asked every half minute while everything works; whoever hears nothing there
                   raises the alarm
    mqtt_ca        PEM file that signs the broker's certificate; "": the system's own
    """

    mqtt_url: str = ""
    database_url: str = "sqlite:///data/monitor.db"
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    site: tuple[str, ...] = ("home",)
    notice_allow: tuple[str, ...] = ()
    clock_speed: float = 1.0
    mqtt_port: int = 1883
    broker: Broker = "auto"
    data: str = "data"
    origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    mqtt_window: int = 20
    mqtt_ca: str = ""
    public_url: str = ""
    notice_schemes: tuple[str, ...] = ()
    ping_url: str = ""
    sources: tuple[Source, ...] = ()


_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\s]+", re.IGNORECASE)
_LISTS: Final = frozenset({"site", "notice_allow", "notice_schemes", "origins", "trusted_proxies"})
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*", re.IGNORECASE)
_SETTABLE: Final = frozenset(Config.__struct_fields__) - {"sources"}


def load(environment: Mapping[str, str], path: str = "") -> Config:
    """Read the file (if any) and the environment. Raises ConfigError."""
    path = path or environment.get(PREFIX + "CONFIG", "")
    given = _read(path) if path else {}
    named = {key: f"{path}: {key}" for key in given}
    for name, text in environment.items():
        if not name.startswith(PREFIX) or name == PREFIX + "CONFIG":
            continue
        field = name.removeprefix(PREFIX).lower()
        if field not in _SETTABLE or name != name.upper():
            raise ConfigError(f"{name} is not a setting. Known: {_known()}.")
        given[field], named[field] = _split(text) if field in _LISTS else text, name
    return _check(_convert(given, named))


def _read(path: str) -> dict[str, Any]:
    try:
        with Path(path).open("rb") as file:
            given = tomllib.load(file)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}.") from None
    for key, value in given.items():
        if key not in Config.__struct_fields__:
            raise ConfigError(f"{path}: {key} is not a setting. Known: {_known()}, sources.")
        if key in _LISTS and isinstance(value, str):
            given[key] = _split(value)
    return given


def _convert(given: dict[str, Any], named: dict[str, str]) -> Config:
    """One field at a time, so that the message can name it as its author did."""
    for field, value in given.items():
        kind = next(f.type for f in msgspec.structs.fields(Config) if f.name == field)
        try:
            msgspec.convert(value, kind, strict=False)
        except msgspec.ValidationError as error:
            raise ConfigError(f"{named[field]}: {error}.") from None
    return msgspec.convert(given, Config, strict=False)


def _check(config: Config) -> Config:
    for name in ("http_port", "mqtt_port"):
        if not 0 <= getattr(config, name) <= 65_535:
            raise ConfigError(f"{PREFIX}{name.upper()} must be a port, 0 to 65535.")
    if not 1 <= config.mqtt_window <= 65_535:
        raise ConfigError(f"{PREFIX}MQTT_WINDOW must be a number of messages, 1 to 65535.")
    if not 0 < config.clock_speed <= 1000:
        raise ConfigError(f"{PREFIX}CLOCK_SPEED must be above 0 and at most 1000.")
    if not config.site or any(not s or set(s) & set("/#") for s in config.site):
        raise ConfigError(f"{PREFIX}SITE must name sites without '/' or '#', or be '+'.")
    if any("+" in s for s in config.site) and config.site != ("+",):
        raise ConfigError(f"{PREFIX}SITE is either '+' alone or a list of names.")
    if config.mqtt_url and _scheme(config.mqtt_url) not in ("mqtt", "mqtts"):
        raise ConfigError(f"{PREFIX}MQTT_URL must begin with mqtt:// or mqtts:// and a host.")
    scheme = config.database_url.partition(":")[0]
    if scheme not in ("sqlite", "postgresql"):
        raise ConfigError(f"{PREFIX}DATABASE_URL must begin with sqlite:/// or postgresql://.")
    _check_addresses(config)
    for proxy in config.trusted_proxies:
        _check_proxy(proxy)
    return config


def _check_addresses(config: Config) -> None:
    for name in ("notice_allow", "origins"):
        for address in getattr(config, name):
            if not _ADDRESS.fullmatch(address):
                raise ConfigError(f"{PREFIX}{name.upper()}: {address} is not scheme://host.")
    for name in ("public_url", "ping_url"):
        address = getattr(config, name)
        if address and _scheme(address) not in ("http", "https"):
            raise ConfigError(f"{PREFIX}{name.upper()} must begin with http:// or https://.")
    for scheme in config.notice_schemes:
        if not _SCHEME.fullmatch(scheme):
            raise ConfigError(
                f"{PREFIX}NOTICE_SCHEMES: {scheme} is not a scheme; write mailto,json"
            )
    for source in config.sources:
        _check_topic(source.topic)


def _check_proxy(address: str) -> None:
    try:
        ip_network(address)
    except ValueError as error:
        raise ConfigError(f"{PREFIX}TRUSTED_PROXIES: {error}.") from None


def _scheme(url: str) -> str:
    """Empty where the URL cannot be read. Its own words may quote a password: they are dropped."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def _check_topic(topic: str) -> None:
    levels = topic.split("/")
    if levels.count("{device}") != 1:
        raise ConfigError(f"sources: {topic}: exactly one level must be {{device}}.")
    # A broker ends the connection of whoever subscribes to a filter that is none.
    if any(set(level) & set("+#") and level != "+" for level in levels):
        raise ConfigError(f"sources: {topic}: a level is a name, + or {{device}}.")


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _known() -> str:
    return ", ".join(sorted(_SETTABLE))
