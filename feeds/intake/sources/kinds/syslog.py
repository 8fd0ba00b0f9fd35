"""Security devices and SIEMs that send syslog: RFC 5424 over UDP, TCP and TLS, with CEF inside or without.

Syslog has no acknowledgement: what a sender has given to its network is gone for it. So messages are counted as they
come and handed out every few seconds; what a crash can cost is that stretch, and what could not be heard is told.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from ipaddress import ip_address

import msgspec

from feeds.intake.formats.networks import Networks, placed
from feeds.intake.sources.ears import Bounds, Ears
from feeds.intake.sources.seam import BadSource, Kind, Outlet
from feeds.intake.sources.soc import ALERTS, EVENTS, Batch, Collector, Stamps, Where, events, told

LOOK_S = 0.2  # how often we ask whether to stop
HEARTBEAT_MS = 60_000
log = logging.getLogger("ioc.sources")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where to listen, to whom, and where what they say happened.

    `udp`, `tcp`, `tls` are `host:port`; `cert` and `key` are files of TLS; with `ca` senders must show a certificate of
    it. `allow` are the networks that may speak. `networks` and `hosts` give the places of addresses and host names,
    `place` that of everything else. `closing` are the words of `act` or `outcome` that end an alert. `pseudonyms` names
    the environment variable with the secret of host pseudonyms; without it nothing of a host is kept. A sender may say
    `rate` messages a second of `longest` bytes; counts are handed out `every` so many seconds.
    """

    name: str
    place: str
    udp: str = ""
    tcp: str = ""
    tls: str = ""
    cert: str = ""
    key: str = ""
    ca: str = ""
    allow: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    networks: dict[str, str] = {}
    hosts: dict[str, str] = {}
    closing: tuple[str, ...] = ("closed", "resolved", "false positive")
    pseudonyms: str = ""
    rate: float = 2_000.0
    longest: int = 8_192
    connections: int = 256
    every: float = 5.0


class Listener:
    """One collector: what its ears hear goes into a batch, and the batch to the outlet."""

    def __init__(self, settings: Settings, outlet: Outlet) -> None:
        self._settings = settings
        self._outlet = outlet
        secret = outlet.secret(settings.pseudonyms) if settings.pseudonyms else ""
        where = Where(settings.name, settings.place, _networks(settings.networks), _lower(settings.hosts))
        self._collector = Collector(where, frozenset(word.lower() for word in settings.closing), secret)
        allowed = _networks(dict.fromkeys(settings.allow, "vn"))
        bounds = Bounds(settings.longest, settings.rate, settings.connections)
        self.ears = Ears(bounds, allowed.holds, self._hear)
        self._stamps = Stamps()
        self._told_ms = outlet.clock.now_ms()
        self._strangers = 0

    async def listen(self) -> None:
        """Listen until told to stop; what was heard last is still handed out."""
        addresses = {
            how: _address(how, text) for how in ("udp", "tcp", "tls") if (text := getattr(self._settings, how))
        }
        if not addresses:
            raise BadSource("nothing to listen at: give `udp`, `tcp` or `tls`")
        async with self.ears.open(addresses, _context(self._settings) if "tls" in addresses else None):
            waited = self._settings.every
            while not self._outlet.wait(0):
                if waited >= self._settings.every:
                    await self._hand_out()
                    waited = 0.0
                await asyncio.sleep(LOOK_S)
                waited += LOOK_S
        await self._hand_out()

    def _hear(self, raw: bytes, peer: str) -> None:
        self._collector.hear(raw, peer, self._outlet.clock.now_ms())

    async def _hand_out(self) -> None:
        """In a thread of its own: a door that takes long makes nobody deaf."""
        lost = self.ears.take_lost()
        for peer, raw in lost.unframed:
            self._collector.refuse(raw, "syslog_frames", peer)
        self._tell_strangers(lost.strangers)
        await asyncio.to_thread(self._send, self._collector.take(), lost.dropped)

    def _send(self, batch: Batch, dropped: int) -> None:
        now = self._outlet.clock.now_ms()
        self._outlet.alive()
        readings = events(batch, self._settings.name, now, self._stamps)
        lost = dropped + batch.dropped + batch.unkept
        if lost or now - self._told_ms >= HEARTBEAT_MS:  # an hour without events is told as none, not as nobody there
            self._told_ms = now
            readings.append(self._own(now, lost))
        for unread in batch.unread:
            self._outlet.refuse(EVENTS, unread.raw, unread.why, unread.peer)
        if readings:
            self._outlet.send(EVENTS, readings)
        if batch.alerts:
            self._outlet.send(ALERTS, batch.alerts)

    def _own(self, now: int, lost: int) -> dict[str, object]:
        """What the collector says of itself."""
        values = {"sec_events": 0, "sec_lost": lost}
        place = placed(self._settings.place)
        return {"place": place, "entity": self._settings.name, "at": told(now), "values": values}

    def _tell_strangers(self, n: int) -> None:
        """Once when somebody begins to speak who may not, and once when he stops."""
        if bool(n) != bool(self._strangers):
            said = f"{n} messages of addresses outside `allow` were not heard" if n else "no stranger speaks any more"
            log.warning("collector %s: %s", self._settings.name, said)
        self._strangers = n


def run(settings: Settings, outlet: Outlet) -> None:
    """Listen until told to stop."""
    asyncio.run(Listener(settings, outlet).listen())


def _networks(declared: dict[str, str]) -> Networks:
    try:
        return Networks(declared)
    except ValueError as error:
        raise BadSource(f"a network cannot be read: {error}; write 10.46.12.0/24") from None


def _lower(hosts: dict[str, str]) -> dict[str, str]:
    return {name.lower(): place for name, place in hosts.items()}


def _address(how: str, text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    try:
        if not port.isdecimal() or int(port) > 65_535:
            raise ValueError
        return str(ip_address(host.strip("[]"))), int(port)
    except ValueError:
        raise BadSource(f"`{how}: {text}` is no address to listen at; write 0.0.0.0:6514") from None


def _context(settings: Settings) -> ssl.SSLContext:
    """TLS 1.2 or newer; with `ca` only senders that show a certificate of it (RFC 5425 asks for it)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.cert, settings.key or None)
        if settings.ca:
            context.load_verify_locations(settings.ca)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ValueError) as error:
        raise BadSource(f"a certificate file cannot be used ({type(error).__name__}): {settings.cert}") from None
    return context


KIND = Kind(Settings, run, listens=True)
