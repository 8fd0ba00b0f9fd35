"""The collector against real senders (logger, rsyslog with TLS), floods, strangers and those who never finish."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from feeds.intake.sources.kinds.syslog import KIND, Settings
from feeds.intake.sources.seam import BadSource
from tests.intake.formats.edxml_samples import keys
from tests.intake.sources import broker, collector
from tests.intake.sources.collector import Collecting, collecting, datagrams, modern, now_cef, stream
from tests.intake.sources.listed import Listed

LOGGER = shutil.which("logger")
RSYSLOGD = shutil.which("rsyslogd", path="/usr/sbin:/usr/bin:/sbin")
needs_logger = pytest.mark.skipif(LOGGER is None, reason="logger of util-linux is not installed")
needs_rsyslog = pytest.mark.skipif(RSYSLOGD is None, reason="rsyslog is not installed")
ANY = "127.0.0.1:0"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    broker.certificates(folder)
    return folder


@pytest.fixture(scope="module")
def tls(papers: Path) -> dict[str, str]:
    """Settings of a listener that asks its senders for a certificate."""
    return {"tls": ANY, "cert": f"{papers}/server.pem", "key": f"{papers}/server.key", "ca": f"{papers}/ca.pem"}


@pytest.fixture
def heard() -> Iterator[Collecting]:
    """A collector for UDP and TCP."""
    with collecting(udp=ANY, tcp=ANY, networks={"10.46.12.0/24": "46/19774"}) as found:
        yield found


def say(how: tuple[str, int], *options: str, text: str = "xin chào") -> None:
    host, port = how
    subprocess.run([str(LOGGER), "--server", host, "--port", str(port), *options, text], check=True, timeout=20)


@needs_logger
def test_logger_is_heard_over_udp_and_tcp_in_both_framings(heard: Collecting) -> None:
    say(heard.address("udp"), "--udp", "--rfc5424", "-p", "local0.err")
    say(heard.address("udp"), "--udp", "--rfc3164", text=now_cef())
    say(heard.address("tcp"), "--tcp", "--rfc5424", "--octet-count")
    say(heard.address("tcp"), "--tcp", "--rfc5424", "-p", "local0.crit", text=now_cef(externalId="4712"))
    heard.until(lambda: heard.count() == 4)
    heard.until(lambda: len([feed for feed, _ in heard.outlet.sent if feed == "security_alerts"]) == 2)
    assert (heard.count("sec_high"), heard.count("sec_critical")) == (3, 0), "CEF says its own severity"
    places = {event["place"] for _, event in heard.outlet.sent}
    assert places == {"2025:46", "2025:46/19774"} and not heard.outlet.refused


@needs_rsyslog
@pytest.mark.parametrize("framing", ["octet-counted", "traditional"])
def test_rsyslog_is_heard_over_tls_with_its_certificate(papers, tls, framing, tmp_path) -> None:
    for name in ("ca.pem", "server.pem", "server.key"):
        shutil.copy(papers / name, tmp_path / name)
    with (
        collecting(**tls) as heard,
        collector.rsyslog(str(RSYSLOGD), tmp_path, heard.address("tls")[1], framing, True) as socket_path,
    ):
        out = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        for n in range(50):
            out.sendto(f"<132>fw: tin {n}".encode(), str(socket_path))
        out.close()
        heard.until(lambda: heard.count() >= 50)
        assert heard.count() == len(range(50)) and not heard.outlet.refused


def test_tls_without_a_certificate_of_the_authority_is_not_heard(papers, tls, tmp_path) -> None:
    key, certificate = keys("stranger")
    (tmp_path / "own.pem").write_bytes(key + certificate)
    for own in (None, tmp_path / "own.pem"):
        context = ssl.create_default_context(cafile=f"{papers}/ca.pem")
        if own is not None:
            context.load_cert_chain(own)
        with collecting(**tls) as heard:
            with pytest.raises(OSError):  # TLS 1.3 tells a client only when it reads
                hung_up(context.wrap_socket(stream(heard.address("tls"), b""), server_hostname="localhost"))
            assert heard.count() == 0


def hung_up(out: ssl.SSLSocket) -> None:
    with out:
        out.sendall(modern() + b"\n")
        while out.recv(100):
            pass
    raise ConnectionError("hung up")


def test_a_slow_tls_client_stalls_nobody(papers, tls) -> None:
    context = ssl.create_default_context(cafile=f"{papers}/ca.pem")
    context.load_cert_chain(f"{papers}/server.pem", f"{papers}/server.key")
    with collecting(**tls, tcp=ANY) as heard:
        silent = [stream(heard.address("tls"), b"") for _ in range(20)]  # no handshake
        half = [stream(heard.address("tls"), b"\x16\x03\x01\x02") for _ in range(20)]  # half of one
        begun = stream(heard.address("tcp"), b"500 <1>1 ")  # half a message
        out = context.wrap_socket(stream(heard.address("tls"), b""), server_hostname="localhost")
        out.sendall((modern() + b"\n") * 100)
        heard.until(lambda: heard.count() == 100)
        for one in (*silent, *half, begun, out):
            one.close()


def test_a_flood_of_datagrams_is_bounded_told_and_costs_no_other_sender() -> None:
    with collecting(udp=ANY, rate=50, every=0.1) as heard:
        for _ in range(20):  # in pieces: what the kernel itself lets go nobody can count
            datagrams(heard.address("udp"), *[modern()] * 50)
            datagrams(heard.address("udp"), modern("khác"), host="127.0.0.2")
            heard.until(lambda seen=_: heard.count() + heard.count("sec_lost") >= 51 * (seen + 1))
        assert heard.count() + heard.count("sec_lost") == 20 * 51
        assert heard.count("sec_lost") > 500 and heard.count() >= 50 + 20
        heard.until(lambda: datagrams(heard.address("udp"), modern()) or heard.count() > 90 + 20)


def test_a_fast_connection_is_kept_waiting_and_loses_nothing() -> None:
    with collecting(tcp=ANY, rate=400) as heard:
        stream(heard.address("tcp"), (modern() + b"\n") * 800).close()
        heard.until(lambda: heard.count() == 800)
        assert heard.count("sec_lost") == 0


def test_messages_are_bounded(heard: Collecting) -> None:
    datagrams(heard.address("udp"), modern("x" * 20_000), b"\n", b"")
    framed = modern("y" * 20_000)
    stream(heard.address("tcp"), b"%d %s" % (len(framed), framed) + modern("z" * 20_000) + b"\n" + modern()).close()
    heard.until(lambda: heard.count() == 4)
    assert not heard.outlet.refused


def test_what_is_no_message_is_refused_beside_its_neighbours(heard: Collecting) -> None:
    stream(heard.address("tcp"), b"hello\n" + modern() + b"\n").close()
    stream(heard.address("tcp"), b"99999999999 x").close()
    datagrams(heard.address("udp"), modern(now_cef(rt="123456")), modern("CEF:0|x"))
    heard.until(lambda: len(heard.outlet.refused) == 4)
    found = {(feed, why.code, offset) for feed, _, why, offset in heard.outlet.refused}
    codes = ("syslog_shape", "syslog_frames", "time_ancient", "cef_shape")
    assert found == {("security", code, "127.0.0.1") for code in codes} and heard.count() == 1


def test_strangers_and_too_many_connections_are_not_heard() -> None:
    with collecting(tcp=ANY, udp=ANY, allow=["127.0.0.2"], connections=4) as heard:
        datagrams(heard.address("udp"), modern())
        stream(heard.address("tcp"), modern() + b"\n").close()
        first = stream(heard.address("tcp"), modern() + b"\n", "127.0.0.2")
        heard.until(lambda: heard.count() == 1)
        stream(heard.address("tcp"), modern() + b"\n", "127.0.0.2").close()
        heard.until(lambda: heard.count("sec_lost") == 1)
        first.close()
        heard.until(lambda: stream(heard.address("tcp"), modern() + b"\n", "127.0.0.2").close() or heard.count() > 1)


def test_a_door_that_hangs_makes_nobody_deaf() -> None:
    with collecting(tcp=ANY) as heard:
        opened, stuck, send = threading.Event(), threading.Event(), heard.outlet.send

        def hanging(feed, events):
            stuck.set()
            assert opened.wait(20)
            send(feed, events)

        heard.outlet.send = hanging  # type: ignore[method-assign]
        for n in range(3):
            stream(heard.address("tcp"), (modern() + b"\n") * 10).close()
            assert stuck.wait(20) or n
        opened.set()
        heard.until(lambda: heard.count() == 30)


def test_what_was_heard_last_is_handed_out_when_it_stops() -> None:
    with collecting(tcp=ANY, every=3600) as heard:
        stream(heard.address("tcp"), modern() + b"\n").close()
        heard.until(lambda: heard.listener._collector.batch.counts)
    assert heard.count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "nothing to listen at"), ({"udp": "here:514"}, "no address"), ({"tcp": "127.0.0.1:99999"}, "no address"),
        ({"tls": ANY}, "certificate file"), ({"udp": ANY, "networks": {"10.0.0": "46"}}, "network cannot be read"),
        ({"udp": ANY, "pseudonyms": "IOC_PSEUDONYM_SECRET"}, "is not set"), ({"tcp": "192.0.2.1:514"}, "listened at"),
    ],
)  # fmt: skip
def test_a_collector_that_cannot_listen_says_why(said: dict[str, object], sentence: str) -> None:
    settings = msgspec.convert({"name": "soc", "place": "46"} | said, Settings)
    with pytest.raises(BadSource, match=sentence):
        KIND.run(settings, Listed())


def test_a_quiet_minute_is_told_as_none(heard: Collecting) -> None:
    heard.until(lambda: heard.outlet.answers)
    assert not heard.outlet.sent, "a trial waits for what senders say"
    heard.outlet.clock.tick(60)
    heard.until(lambda: heard.outlet.sent)
    ((feed, event),) = heard.outlet.sent
    assert (feed, event["entity"], event["values"]) == ("security", "soc-hue", {"sec_events": 0, "sec_lost": 0})
