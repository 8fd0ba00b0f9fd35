"""MQTT sensors: a message is acknowledged to the broker only when its readings are durable with us.

Messages wait at the broker while we are away (a lasting session) and may come twice (QoS 1): the same bytes give the
same event, which counts once. Topics are `ioc/<province>/<domain>/<station>`, or whatever is declared.
"""

from __future__ import annotations

import logging
import queue
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any

import msgspec
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from feeds.catalogue.clock import iso
from feeds.intake.formats import sensors
from feeds.intake.formats.reading import MOST_BYTES, Moment, Readings
from feeds.intake.formats.sensors import Tag
from feeds.intake.reasons import Refused, rejection
from feeds.intake.sources.seam import BadSource, Kind, Outlet
from feeds.intake.sources.stations import Body, Station, Stations
from feeds.intake.text import clean_text

AT_ONCE = 500  # messages handed out together
UNDER_WAY = 1_000  # messages the broker may send before the first is acknowledged
SESSION_S = 7 * 86_400  # how long the broker keeps messages for us
KEEPALIVE_S = 30
LISTEN_S = 0.2
CONNECT_S = 10.0
ANNOUNCE_S = 3.0
log = logging.getLogger("ioc.sources")
TOPIC = re.compile(r"ioc/(?P<province>[0-9a-z]{2})/(?P<domain>[a-z][a-z0-9_]*)/(?P<station>[^/]+)")


class MqttSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The broker, what to listen to and what it means.

    `feed` is where unreadable messages are kept. `password` names an environment variable; `ca`, `cert` and `cert_key`
    are files. `stations` are declared; of the feeds in `open` also those that are not, in the province of their topic.
    With `tags` messages are flat. `arrival` lets messages without a time in: they are of the moment they arrive,
    rounded down to so many seconds.
    """

    host: str
    feed: str
    topics: tuple[str, ...] = ("ioc/+/+/+",)
    port: int = 0
    version: int = 5
    client_id: str = ""
    user: str = ""
    password: str = ""
    tls: bool = False
    ca: str = ""
    cert: str = ""
    cert_key: str = ""
    stations: dict[str, Station] = {}
    open: list[str] = []
    names: dict[str, str] = {}
    tags: dict[str, Tag] = {}
    skip: list[str] = []
    arrival: int = 0


class Listener:
    """One connection to a broker: what it brings waits in a bounded queue, and trouble ends it."""

    def __init__(self, settings: MqttSettings, outlet: Outlet) -> None:
        self.waiting: queue.Queue[MQTTMessage] = queue.Queue(UNDER_WAY * 2)
        self.trouble = ""
        self.listening = False
        self._settings = settings
        self._client = _client(settings, outlet)
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._gone
        self._client.on_subscribe = self._subscribed
        self._client.on_message = self._came
        self._closing = False

    @contextmanager
    def open(self) -> Iterator[Listener]:
        """Connected while the block lasts; what was not acknowledged stays with the broker."""
        said = self._settings
        port = said.port or (8883 if said.tls else 1883)
        try:
            self._client.connect(said.host, port, KEEPALIVE_S, **_session(said))
        except ssl.SSLError as error:
            raise BadSource(f"the broker's certificate is not trusted: {error.reason}") from None
        except (OSError, ValueError) as error:
            raise BadSource(f"the broker {said.host}:{port} cannot be reached ({type(error).__name__})") from None
        self._client.loop_start()
        try:
            yield self
        finally:
            self._closing = True
            self._client.disconnect()
            self._client.loop_stop()

    def some(self) -> list[MQTTMessage]:
        """What has come, at most AT_ONCE; waits a moment for the first."""
        if self.trouble and self.waiting.empty():
            raise BadSource(self.trouble)
        messages: list[MQTTMessage] = []
        try:
            messages.append(self.waiting.get(timeout=LISTEN_S))
            while len(messages) < AT_ONCE:
                messages.append(self.waiting.get_nowait())
        except queue.Empty:
            pass
        return messages

    def acknowledge(self, messages: Sequence[MQTTMessage]) -> None:
        """Tell the broker that these are safe with us."""
        for message in messages:
            if message.qos:
                self._client.ack(message.mid, message.qos)

    def _connected(self, client: Client, _data: Any, _flags: ConnectFlags, code: ReasonCode, _more: Any) -> None:
        if code.is_failure:
            self.trouble = f"the broker does not let us in: {code}"
            return
        client.subscribe([(topic, 1) for topic in self._settings.topics])

    def _subscribed(self, _client: Client, _data: Any, _mid: int, codes: list[ReasonCode], _more: Any) -> None:
        refused = next((code for code in codes if code.is_failure), None)
        self.trouble = f"the broker refuses a topic: {refused}" if refused else ""
        self.listening = not refused

    def _gone(self, _client: Client, _data: Any, _flags: DisconnectFlags, code: ReasonCode, _more: Any) -> None:
        self.listening = False
        self.trouble = self.trouble or f"the broker hung up: {code}"

    def _came(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        """Waits while the queue is full, which slows the broker down; what is let go at the end comes again."""
        while not self._closing:
            try:
                return self.waiting.put(message, timeout=LISTEN_S)
            except queue.Full:
                continue


class Reader:
    """Messages into events and refusals."""

    def __init__(self, settings: MqttSettings, outlet: Outlet) -> None:
        self.stations = Stations(settings.stations, settings.names)
        self._settings = settings
        self._outlet = outlet
        self._skip = frozenset(settings.skip)

    def hand_out(self, messages: Sequence[MQTTMessage]) -> None:
        """Send what the messages say; returns once it is durable."""
        events: dict[str, list[Body]] = {}
        for message in messages:
            if not message.payload:  # how a retained message is taken back
                continue
            topic = topic_of(message)
            readings = self._judged(message, topic)
            for moment in readings.moments.values():
                try:
                    feed, event = self._event(topic, moment)
                    events.setdefault(feed, []).append(event)
                except Refused as refused:
                    readings.refuse(moment.raw, refused.rejection, moment.offset)
            self._refuse(message, topic, readings)
        for feed, some in events.items():
            self._outlet.send(feed, some)

    def _judged(self, message: MQTTMessage, topic: str) -> Readings:
        try:
            return self._read(message, topic)
        except Exception:  # a fault of ours must not make the broker send this message for ever
            log.exception("a message of %s could not be judged", clean_text(topic, 120))
            readings = Readings()
            readings.refuse(bytes(message.payload), rejection("not_judged"), "")
            return readings

    def _read(self, message: MQTTMessage, topic: str) -> Readings:
        said = self._settings
        station = topic.rpartition("/")[2]
        arrival = "" if message.retain or not said.arrival else self._now(said.arrival)
        return sensors.read(bytes(message.payload), station, said.tags or None, arrival, self._skip)

    def _event(self, topic: str, moment: Moment) -> tuple[str, Body]:
        found = None if self.stations.knows(moment.station) else TOPIC.fullmatch(topic)
        if found is None or found["domain"] not in self._settings.open:
            return self.stations.event(moment)
        station = Station(feed=found["domain"], place=found["province"])
        return Stations({moment.station: station}, self._settings.names).event(moment)

    def _refuse(self, message: MQTTMessage, topic: str, readings: Readings) -> None:
        """One refusal for each reason of a message, however many values it holds."""
        reasons: dict[str, list[str]] = {}
        pieces = {piece.why.code: piece for piece in reversed(readings.unread)}
        for piece in readings.unread:
            reasons.setdefault(piece.why.code, []).append(piece.offset)
        for code, offsets in reasons.items():
            why = pieces[code].why
            if code == "field_missing" and message.retain and self._settings.arrival:
                why = rejection("retained_no_time")
            where = f"{clean_text(topic, 120)}: {', '.join(offset for offset in offsets[:10] if offset)}".rstrip(": ")
            self._outlet.refuse(self._settings.feed, bytes(message.payload[:MOST_BYTES]), why, where)

    def _now(self, step_s: int) -> str:
        now = self._outlet.clock.now_ms() // 1000
        return iso((now - now % step_s) * 1000)


def topic_of(message: MQTTMessage) -> str:
    """The topic of a message; a broker that lets broken UTF-8 through must not stop us."""
    try:
        return message.topic
    except UnicodeDecodeError:
        return "?"


def run(settings: MqttSettings, outlet: Outlet) -> None:
    """Listen until told to stop."""
    reader = Reader(settings, outlet)
    with Listener(settings, outlet).open() as listener:
        quiet_s = deaf_s = 0.0
        announced = False
        while not outlet.wait(0):
            messages = listener.some()
            reader.hand_out(messages)
            listener.acknowledge(messages)
            quiet_s = 0.0 if messages else quiet_s + LISTEN_S
            deaf_s = 0.0 if listener.listening or messages else deaf_s + LISTEN_S
            if deaf_s > CONNECT_S:
                raise BadSource("the broker took the connection and then said nothing")
            if listener.listening:
                outlet.alive()
                if not announced and (messages or quiet_s > ANNOUNCE_S):  # readings first: a trial ends after them
                    reader.stations.announce(outlet)
                    announced = True


def _client(settings: MqttSettings, outlet: Outlet) -> Client:
    """A client that acknowledges when told to, with the declared identity and trust."""
    version = MQTTProtocolVersion.MQTTv5 if settings.version == 5 else MQTTProtocolVersion.MQTTv311
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=settings.client_id or _own_id(settings),
        clean_session=None if settings.version == 5 else False,
        protocol=version,
        reconnect_on_failure=False,  # whoever runs us rests and tries again, and tells that we are away
        manual_ack=True,
    )
    if settings.user:
        client.username_pw_set(settings.user, outlet.secret(settings.password) if settings.password else None)
    if settings.tls:
        try:
            client.tls_set(settings.ca or None, settings.cert or None, settings.cert_key or None)
        except (OSError, ValueError) as error:
            raise BadSource(f"a certificate file cannot be used ({type(error).__name__}): {settings.ca}") from None
    return client


def _session(settings: MqttSettings) -> dict[str, Any]:
    """What makes the broker keep messages for us while we are away."""
    if settings.version != 5:
        return {}
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = SESSION_S
    properties.ReceiveMaximum = UNDER_WAY
    return {"clean_start": False, "properties": properties}


def _own_id(settings: MqttSettings) -> str:
    """A name that stays the same as long as we listen to the same things."""
    said = f"{settings.host}|{settings.user}|{'|'.join(sorted(settings.topics))}"
    return f"ioc-{blake2b(said.encode(), digest_size=8).hexdigest()}"


KIND = Kind(MqttSettings, run, listens=True)
