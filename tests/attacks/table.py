"""All attacks by name: a device's, a stranger's on the broker, and those on the page's port."""

import functools
from typing import Final, Literal

from msgspec import Struct

from tests.attacks import devices, heads, rare
from tests.attacks.http import MANY_ADDRESSES, crowd
from tests.attacks.mqtt import as_the_service, guessing, noise, straps, streaming, wills
from tests.attacks.target import Hand

Door = Literal["device", "broker", "page"]


class Attack(Struct, frozen=True, kw_only=True):
    """One attack.

    says      the attack, in the words of the docs
    at_least  s; a shorter attack has no effect yet
    ahead     s for which the attack counts as running already when a short trial begins
    keeps     readings that the attacker may hand over, all of which must be stored
    opens     a therapist's new page must open during the attack
    signs_in  a user must be able to sign in 5 s after it
    never     a count of the attacker's that must be 0
    amqtt     also tried on the broker in Python
    suite     tried with every run of the tests; else by hand and by `make chaos`
    grows_mb  allowed growth of memory; disk_mb: allowed growth on disk
    """

    name: str
    door: Door
    says: str
    hand: Hand
    at_least: float = 0.0
    ahead: float = 0.0
    keeps: int = 0
    opens: bool = False
    signs_in: bool = False
    never: str = ""
    amqtt: bool = False
    suite: bool = True
    grows_mb: float = 150.0
    disk_mb: float = 40.0


# The readings that a device may hand over, with their part of the journal: 2 to 3 KB each.
STORED_MB: Final = 130.0

ATTACKS: Final = (
    # --- a device with its own credentials
    Attack(
        name="flood_newest_first", door="device", disk_mb=STORED_MB,
        says="a backlog uploaded newest first, a batch of 60 KB every 2 s",
        hand=streaming(devices.newest_first, 0.5), ahead=24.0,
    ),
    Attack(
        name="flood_swinging", door="device", disk_mb=STORED_MB,
        says="valid pressures that swing about a limit, 300 a second",
        hand=streaming(devices.swinging, 300.0), ahead=4.0,
    ),
    Attack(
        name="flood_junk", door="device",
        says="arrays of 2,000 elements that are no readings, 30 a second",
        hand=streaming(devices.junk, 30.0),
    ),
    Attack(
        name="flood_qos0", door="device", disk_mb=STORED_MB,
        says="single readings at line rate, QoS 0",
        hand=streaming(devices.unconfirmed),
    ),
    Attack(
        name="flood_qos1", door="device", disk_mb=STORED_MB,
        says="single readings at line rate, QoS 1",
        hand=streaming(devices.confirmed),
    ),
    Attack(
        name="flood_boots", door="device", disk_mb=STORED_MB,
        says="a new boot with each reading, at line rate",
        hand=streaming(devices.boots),
    ),
    Attack(
        name="flood_gaps", door="device", disk_mb=STORED_MB,
        says="every second number left out, at line rate",
        hand=streaming(devices.gaps),
    ),
    Attack(
        name="flood_kept_batches", door="device", keeps=devices.KEPT, at_least=4.0,
        disk_mb=STORED_MB,
        says="30,000 kept readings at once, 500 in a message",
        hand=streaming(devices.kept_in_batches, whole=True),
    ),
    Attack(
        name="flood_kept_singly", door="device", keeps=devices.KEPT, at_least=4.0,
        disk_mb=STORED_MB,
        says="30,000 kept readings at once, one in a message",
        hand=streaming(devices.kept_singly, whole=True),
    ),
    Attack(
        name="flood_retained", door="device",
        says="retained readings under ever new names, at line rate",
        hand=streaming(devices.retained),
    ),
    Attack(
        name="flood_unknown", door="device",
        says="formats that nobody reads under ever new names, at line rate",
        hand=streaming(devices.unknown),
    ),
    Attack(
        name="flood_large", door="device", disk_mb=STORED_MB,
        says="messages of 64 KB that are hard to read, at line rate",
        hand=streaming(devices.large),
    ),
    Attack(
        name="flood_huge", door="device",
        says="messages of 2 MB, at line rate",
        hand=streaming(devices.huge),
    ),
    Attack(
        name="flood_states", door="device",
        says="a device that comes and goes, at line rate",
        hand=streaming(devices.states),
    ),
    Attack(
        name="flood_records", door="device", disk_mb=STORED_MB, suite=False,
        says="a cuff's memory without an end, newest first, at line rate",
        hand=streaming(devices.records),
    ),
    Attack(
        name="flood_drawn", door="device", disk_mb=STORED_MB,
        says="order, gaps, boots, sizes, values and QoS drawn at random, at line rate",
        hand=streaming(functools.partial(devices.drawn, seed=1)),
    ),
    Attack(
        name="flood_drawn_2", door="device", disk_mb=STORED_MB, suite=False,
        says="the same, drawn once more",
        hand=streaming(functools.partial(devices.drawn, seed=2)),
    ),
    Attack(
        name="flood_clocks", door="device", disk_mb=STORED_MB, suite=False,
        says="a clock and a counter that jump to the ends of time, at line rate",
        hand=streaming(devices.clocks),
    ),
    Attack(
        name="flood_status", door="device",
        says="a status in 2 MB of JSON, at line rate",
        hand=rare.speaking(rare.large_status),
    ),
    Attack(
        name="flood_names", door="device", suite=False,
        says="ever new topics of 60 KB, every second one retained, at line rate",
        hand=rare.speaking(rare.long_names),
    ),
    # --- at the broker
    Attack(
        name="broker_wills", door="broker", amqtt=True,
        says="wills that write another patient's readings",
        hand=wills,
    ),
    Attack(
        name="broker_client_id", door="broker", amqtt=True,
        says="a device that calls itself what the service calls itself",
        hand=as_the_service,
    ),
    Attack(
        name="broker_passwords", door="broker", amqtt=True, never="let_in",
        says="guesses at a device's password, at line rate",
        hand=guessing,
    ),
    Attack(
        name="broker_noise", door="broker",
        says="connections that break the protocol, at line rate",
        hand=noise,
    ),
    Attack(
        name="broker_straps", door="broker", never="hung_up",
        says="320 straps that come back within a second, each with 20 readings",
        hand=straps,
    ),
    Attack(
        name="broker_filters", door="broker",
        says="ever new subscriptions to everything, each for another group",
        hand=rare.speaking(rare.filters),
    ),
    Attack(
        name="broker_qos2", door="broker", suite=False,
        says="messages at QoS 2 that are never released",
        hand=rare.speaking(rare.unreleased, clean=False),
    ),
    Attack(
        name="broker_properties", door="broker", suite=False,
        says="messages with 100,000 user properties, at line rate",
        hand=rare.speaking(rare.properties, given=b""),
    ),
    Attack(
        name="broker_topics", door="broker",
        says="topics that are none: bytes that are no text, wildcards, 65,000 slashes",
        hand=rare.speaking(rare.bad_topics),
    ),
    Attack(
        name="broker_half_connects", door="broker", suite=False,
        says="2,000 connections whose CONNECT arrives a byte a second",
        hand=crowd(heads.half_connect, connections=2_000, every=1.0, broker=True),
    ),
    # --- at the page's port
    Attack(
        name="http_line", door="page", suite=False, says="a first line that never ends",
        hand=crowd(heads.endless_line),
    ),
    Attack(
        name="http_line_3", door="page", suite=False, says="three of them",
        hand=crowd(heads.endless_line, connections=3),
    ),
    Attack(
        name="http_line_50", door="page", says="fifty of them",
        hand=crowd(heads.endless_line, connections=50),
    ),
    Attack(
        name="http_header", door="page", says="header fields that never end, on ten connections",
        hand=crowd(heads.endless_header, connections=10),
    ),
    Attack(
        name="http_huge_heads", door="page", never="200", says="heads of a megabyte, at line rate",
        hand=crowd(heads.huge_head, connections=4),
    ),
    Attack(
        name="http_slow_heads", door="page", opens=True,
        says="1,500 heads that arrive a line a second",
        hand=crowd(heads.slow_head, connections=1_500, every=1.0),
    ),
    Attack(
        name="http_slow_bodies", door="page", opens=True,
        says="1,500 bodies that arrive a byte a second",
        hand=crowd(heads.slow_body, connections=1_500, every=1.0),
    ),
    Attack(
        name="http_connections", door="page", opens=True,
        says="5,000 connections that say nothing",
        hand=crowd(heads.silence, connections=5_000),
    ),
    Attack(
        name="http_come_and_go", door="page", says="connections that come and go, at line rate",
        hand=crowd(heads.silence, connections=50, hasty=True),
    ),
    Attack(
        name="http_pipeline", door="page", says="requests without a wait for answers",
        hand=crowd(heads.pipeline, connections=2),
    ),
    Attack(
        name="http_pipeline_unread", door="page", says="the same, and no answer is read",
        hand=crowd(heads.pipeline, connections=2, deaf=True),
    ),
    Attack(
        name="http_nonsense", door="page", says="bytes that are no HTTP, at line rate",
        hand=crowd(heads.nonsense, connections=4),
    ),
    Attack(
        name="http_resets", door="page", opens=True,
        says="connections that are reset when they are answered, at line rate",
        hand=crowd(heads.health, connections=64, asks=True, leaves=True),
    ),
    Attack(
        name="http_half_closed", door="page", opens=True, suite=False,
        says="1,500 clients that end their direction behind a request, and read nothing",
        hand=crowd(heads.files, connections=1_500, half=True, deaf=True),
    ),
    Attack(
        name="http_two_ways", door="page", never="101", suite=False,
        says="requests whose end can be found at two places, at line rate",
        hand=crowd(heads.two_ways, connections=8),
    ),
    Attack(
        name="page_bombs", door="page", never="401", suite=False,
        says="a viewer's page that sends 4 MB in a few bytes",
        hand=crowd(heads.bombs),
    ),
    Attack(
        name="page_gone", door="page", never="401", opens=True,
        says="a viewer who lists every session and is gone before the answer, at line rate",
        hand=crowd(heads.lists, connections=64, leaves=True),
    ),
    Attack(
        name="page_pings", door="page", never="401",
        says="a viewer's page that pings, at line rate",
        hand=crowd(heads.pings),
    ),
    Attack(
        name="page_bytes", door="page", never="401",
        says="a viewer's page that sends messages of one byte",
        hand=crowd(heads.bytes_one_by_one),
    ),
    Attack(
        name="page_fragments", door="page", never="401",
        says="a viewer's page with a message that never ends",
        hand=crowd(heads.fragments),
    ),
    Attack(
        name="page_deaf", door="page", never="401",
        says="200 pages of a viewer that read nothing",
        hand=crowd(heads.seat, connections=200, deaf=True),
    ),
    Attack(
        name="page_seats", door="page", never="401", opens=True, at_least=6.0,
        says="a viewer who takes every seat",
        hand=crowd(heads.seat, connections=1_100),
    ),
    Attack(
        name="page_comes_and_goes", door="page", never="401", opens=True,
        says="a viewer's pages that come and go, at line rate",
        hand=crowd(heads.seat_left, connections=64, asks=True),
    ),
    Attack(
        name="page_reads", door="page", never="401", opens=True,
        says="a viewer who reads all that there is, on 64 connections",
        hand=crowd(heads.reads, connections=64, asks=True),
    ),
    Attack(
        name="page_lists", door="page", never="401", opens=True,
        says="a viewer who lists every session, on 64 connections",
        hand=crowd(heads.lists, connections=64, asks=True),
    ),
    Attack(
        name="signin_guesses", door="page", signs_in=True, grows_mb=170.0,
        says="guesses at a password from one address",
        hand=crowd(heads.guesses, connections=16, asks=True),
    ),
    Attack(
        name="signin_guesses_many", door="page", signs_in=True, grows_mb=170.0,
        says="guesses at one password from 250 addresses",
        hand=crowd(heads.guesses, connections=250, asks=True, sources=MANY_ADDRESSES),
    ),
    Attack(
        name="signin_right", door="page", signs_in=True, grows_mb=170.0,
        says="sign-ins with the right password, at line rate",
        hand=crowd(heads.right_passwords, connections=16, asks=True),
    ),
)  # fmt: skip

BY_NAME: Final = {attack.name: attack for attack in ATTACKS}
