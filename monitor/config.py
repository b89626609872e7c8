"""Read the settings from the environment and a TOML file into one frozen object, `Config`.

A setting that cannot be right raises `ConfigError` with its name. The environment wins over the
file. Keys of the file are the names below in lower case without the prefix (`mqtt_url = "…"`), and
tables `[[sources]]`, which only a file can contain.
"""

import re
import ssl
import tomllib
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from monitor.codecs.topics import TopicSource

PREFIX: Final = "DOSING_MONITOR_"
Broker = Literal["auto", "mosquitto", "amqtt"]


class ConfigError(ValueError):
    """Wrong configuration: one line with the setting, the fault and the remedy."""


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings; the variable of each field is DOSING_MONITOR_ and its name in capitals.

    mqtt_url       of the broker; "": the service runs its own on 127.0.0.1:`mqtt_port`
    site           sites whose topics this process serves; ("+",) for all
    notice_allow   scheme://host that may receive notices although it is not public
    clock_speed    1; other values for modes test and demo only
    mqtt_port, broker, data   of the service's own broker: its port, its program, its files
    origins        further origins (scheme://host[:port]) from which the page may be used
    trusted_proxies   addresses or networks of proxies that may report a client's address and https
    pages_per_sign_in, pages_per_user   simultaneous live pages of one sign-in, and of one user
    http_connections, http_per_address   simultaneous HTTP connections: total, and per address
    mqtt_window    how many unconfirmed messages the broker at `mqtt_url` delivers at most
                   (mosquitto: max_inflight_messages, 20 if it is not set)
    public_url     the page's address for people elsewhere, as in https://monitor.example; for links
                   in notices; "": the address where the service listens
    notice_schemes schemes of the Apprise library that notices may use; (): the usual ones
    ping_url       heartbeat: the service requests this URL every half minute while all parts work,
                   and a monitor at that URL raises the alarm when the requests stop
    device_rate    readings a second that one device may send before it counts as flooding
    device_backlog readings that one device may send in one burst; those beyond it are dropped
    sign_in_hours  an act requires the password again when the sign-in is older than this
    metrics_token  opens /metrics and /docs to a program on another machine; "": only a sign-in does
    mqtt_ca        PEM file of the authority that signs the broker's certificate; "": the system's
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
    pages_per_sign_in: int = 32
    pages_per_user: int = 64
    http_connections: int = 1536
    http_per_address: int = 256
    mqtt_window: int = 20
    mqtt_ca: str = ""
    device_rate: float = 50.0
    device_backlog: int = 30_000
    public_url: str = ""
    notice_schemes: tuple[str, ...] = ()
    ping_url: str = ""
    sign_in_hours: float = 12.0
    metrics_token: str = ""
    sources: tuple[TopicSource, ...] = ()


_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\s]+", re.IGNORECASE)
_LISTS: Final = frozenset({"site", "notice_allow", "notice_schemes", "origins", "trusted_proxies"})
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*", re.IGNORECASE)
_SETTABLE: Final = frozenset(Config.__struct_fields__) - {"sources"}
# The allowed values, which a `ConfigError` lists beside the setting's name and value.
ALLOWED: Final = {
    "mqtt_url": "mqtt://[user:password@]host[:port] or mqtts://…, or nothing: a broker of its own. "
    "A / ? # or @ in the password is written %2F, %3F, %23 or %40",
    "database_url": "sqlite:///file or postgresql://[user:password@]host[:port]/name",
    "http_host": "an address or name of this machine",
    "http_port": "a port, a whole number from 0 to 65535 (0: any that is free)",
    "site": "a name, or several with commas, without / # +; or + alone, for all",
    "notice_allow": "scheme://host, or several with commas",
    "clock_speed": "a number above 0 and at most 1000",
    "mqtt_port": "a port, a whole number from 0 to 65535",
    "broker": "auto, mosquitto or amqtt",
    "data": "a folder",
    "origins": "scheme://host, or several with commas",
    "trusted_proxies": "an address or network as 10.0.0.0/8, or several with commas",
    "pages_per_sign_in": "a number of pages, a whole number from 1 to 1000",
    "pages_per_user": "a number of pages, a whole number from 1 to 1000",
    "http_connections": "a number of connections, a whole number from 64 to 65535",
    "http_per_address": "a number of connections, a whole number from 16 to 65535",
    "mqtt_window": "a number of messages, a whole number from 1 to 65535",
    "device_rate": "readings a second, a number from 1 to 10000",
    "device_backlog": "a number of readings, a whole number from 100 to 1000000",
    "mqtt_ca": "a PEM file that can be read, or nothing: the system's own",
    "public_url": "http://… or https://…, or nothing",
    "notice_schemes": "a scheme, or several with commas, as mailto,json",
    "ping_url": "http://… or https://…, or nothing",
    "sign_in_hours": "a number of hours above 0 and at most 720",
    "metrics_token": "a secret of 16 characters or more, without blanks, or nothing",
    "sources": "tables [[sources]] with topic and format, and site where it is not home",
}


class _Unfit(ValueError):
    """The value of one field is not allowed.

    value   the wrong part of the value; None: all of it
    why     the reason, where it is known
    """

    def __init__(
        self, field: str, value: object = None, *, why: str = "cannot be used", allowed: str = ""
    ) -> None:
        self.field = field
        self.value = value
        self.why = why
        self.allowed = allowed or ALLOWED[field]
        super().__init__(field)


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
            known = ", ".join(sorted(PREFIX + one.upper() for one in _SETTABLE))
            raise ConfigError(f"{name} is not a setting. Known: {known}, {PREFIX}CONFIG.")
        given[field], named[field] = _split(text) if field in _LISTS else text, name
    try:
        return _check(_convert(given))
    except _Unfit as unfit:
        value = given.get(unfit.field) if unfit.value is None else unfit.value
        raise ConfigError(
            f"{named[unfit.field]}: {_shown(unfit.field, value)} {unfit.why}. "
            f"Allowed: {unfit.allowed}."
        ) from None


def _shown(field: str, value: object) -> str:
    """Return the value with possible secrets masked: the reader may not be their owner."""
    text = ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
    if field == "metrics_token":
        return "'***'"
    text = re.sub(r"(?:(?<=//)|^(?!.*//)).*@", "***@", text)
    if field in {"mqtt_url", "database_url", "public_url"}:
        text = re.sub(r"[?#].*", "?…", text)
    if field == "ping_url":  # a client that knows its path can send the heartbeat
        text = re.sub(r"(?<=[^/:])/(?!/).+", "/…", text)
    return f"'{text}'" if isinstance(value, str | tuple | list) else text


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


def _convert(given: dict[str, Any]) -> Config:
    """Convert one field at a time, so that the message can name it."""
    for field, value in given.items():
        kind = next(f.type for f in msgspec.structs.fields(Config) if f.name == field)
        try:
            msgspec.convert(value, kind, strict=False)
        except msgspec.ValidationError as error:
            if field == "sources":
                raise _Unfit(field, "[[sources]]", why=f"cannot be used ({error})") from None
            raise _Unfit(field) from None
    return msgspec.convert(given, Config, strict=False)


def _check(config: Config) -> Config:
    """Return the config if all of its values are allowed. Raises _Unfit."""
    in_bounds = {
        "http_port": 0 <= config.http_port <= 65_535,
        "mqtt_port": 0 <= config.mqtt_port <= 65_535,
        "pages_per_sign_in": 1 <= config.pages_per_sign_in <= 1000,
        "pages_per_user": 1 <= config.pages_per_user <= 1000,
        "http_connections": 64 <= config.http_connections <= 65_535,
        "http_per_address": 16 <= config.http_per_address <= 65_535,
        "mqtt_window": 1 <= config.mqtt_window <= 65_535,
        "device_rate": 1 <= config.device_rate <= 10_000,
        "device_backlog": 100 <= config.device_backlog <= 1_000_000,
        "clock_speed": 0 < config.clock_speed <= 1000,
        "http_host": bool(config.http_host.strip()),
        "data": bool(config.data.strip()),
        "site": bool(config.site) and (config.site == ("+",) or not _odd(config.site)),
        "database_url": _is_database(config.database_url),
        "public_url": not config.public_url or _is_address(config.public_url, "http", "https"),
        "ping_url": not config.ping_url or _is_address(config.ping_url, "http", "https"),
        "sign_in_hours": 0 < config.sign_in_hours <= 720,
        "metrics_token": not config.metrics_token or _is_secret(config.metrics_token),
        "mqtt_ca": not config.mqtt_ca or _holds_certificates(config.mqtt_ca),
    }
    for field, fits in in_bounds.items():
        if not fits:
            raise _Unfit(field)
    if config.mqtt_url and (why := _wrong_broker(config.mqtt_url)):
        raise _Unfit("mqtt_url", why=why)
    _check_lists(config)
    for source in config.sources:
        _check_topic(source.topic)
    return config


def _odd(sites: tuple[str, ...]) -> bool:
    return any(set(site) & set("/#+") for site in sites)


def _check_lists(config: Config) -> None:
    fitting: dict[str, Callable[[str], object]] = {
        "notice_allow": _ADDRESS.fullmatch,
        "origins": _ADDRESS.fullmatch,
        "notice_schemes": _SCHEME.fullmatch,
        "trusted_proxies": _is_network,
    }
    for field, fits in fitting.items():
        for one in getattr(config, field):
            if not fits(one):
                raise _Unfit(field, one)


def _is_secret(text: str) -> bool:
    return len(text) >= 16 and text.isascii() and text.isprintable() and " " not in text


def _is_network(address: str) -> bool:
    try:
        ip_network(address)
    except ValueError:
        return False
    return True


def _is_address(url: str, *schemes: str) -> bool:
    """Return whether the URL has one of these schemes, a host and, if any, a possible port."""
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _wrong_broker(url: str) -> str:
    """Return why this URL is not a broker's address; "" if it is one."""
    try:
        parts = urlsplit(url)
        port_fits = parts.port != 0
    except ValueError:
        return "has a bad host or port"
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or not port_fits:
        return "cannot be used"
    if bool(parts.username) != bool(parts.password):
        return "has a user name without a password, or the reverse"
    if parts.path.strip("/") or parts.query or parts.fragment:
        return "has more than a host and port"
    return ""


def _is_database(url: str) -> bool:
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return rest.startswith("/") and rest not in ("/", "/:memory:")
    if scheme != "postgresql":
        return False
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return "," in rest  # several hosts, which only the driver can read


def _holds_certificates(file: str) -> bool:
    try:
        ssl.create_default_context(cafile=file)
    except OSError:  # an ssl.SSLError is one
        return False
    return True


def _check_topic(topic: str) -> None:
    levels = topic.split("/")
    if levels.count("{device}") != 1:
        raise _Unfit("sources", topic, allowed="a topic of which exactly one level is {device}")
    # A broker closes the connection of a client that subscribes to an invalid filter.
    if any(set(level) & set("+#") and level != "+" for level in levels):
        raise _Unfit("sources", topic, allowed="a topic whose levels are names, + or {device}")


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _known() -> str:
    return ", ".join(sorted(_SETTABLE))
