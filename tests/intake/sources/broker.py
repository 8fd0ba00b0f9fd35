"""A real mosquitto on loopback: one listener with a password, one with TLS as well, and certificates of our own."""

from __future__ import annotations

import datetime
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import PATIENCE, find_free_port

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
MOSQUITTO = shutil.which("mosquitto", path=PATH)
PASSWD = shutil.which("mosquitto_passwd", path=PATH)
PASSWORD = "mat-khau-thu"
CONFIG = """
per_listener_settings false
allow_anonymous false
password_file {folder}/users
persistence true
persistence_location {folder}/
max_queued_messages 0
user {user}
listener {plain} 127.0.0.1
listener {tls} 127.0.0.1
certfile {folder}/server.pem
keyfile {folder}/server.key
"""


@dataclass
class Broker:
    """Where it listens; a test may stop and start it."""

    folder: Path
    plain: int
    tls: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.process = subprocess.Popen([MOSQUITTO, "-c", self.folder / "config"], stderr=subprocess.DEVNULL)
        until = time.monotonic() + 10 * PATIENCE
        for port in (self.plain, self.tls):
            while socket.socket().connect_ex(("127.0.0.1", port)):
                assert self.process.poll() is None and time.monotonic() < until
                time.sleep(0.02)

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10 * PATIENCE)


@contextmanager
def running(folder: Path) -> Iterator[Broker]:
    """A broker while the block lasts."""
    ports = find_free_port(), find_free_port()
    certificates(folder)
    (folder / "users").touch(mode=0o600)
    subprocess.run([PASSWD, "-b", folder / "users", "ioc", PASSWORD], check=True, capture_output=True)
    user = os.environ.get("USER") or "root"
    (folder / "config").write_text(CONFIG.format(folder=folder, plain=ports[0], tls=ports[1], user=user))
    broker = Broker(folder, *ports)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def certificates(folder: Path) -> None:
    """An authority `ca.pem`, and with its signature a server `localhost`."""
    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ours, theirs = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("ioc test", "localhost"))
    (folder / "ca.pem").write_bytes(_signed(ours, ours, authority, authority, True))
    (folder / "server.pem").write_bytes(_signed(theirs, ours, server, authority, False))
    (folder / "server.key").write_bytes(
        server.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def _signed(
    whose: x509.Name, by: x509.Name, key: ec.EllipticCurvePrivateKey, with_key: ec.EllipticCurvePrivateKey, ca: bool
) -> bytes:
    now = datetime.datetime.now(datetime.UTC)
    draft = x509.CertificateBuilder().subject_name(whose).issuer_name(by).public_key(key.public_key())
    draft = draft.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
    draft = draft.not_valid_after(now + datetime.timedelta(days=2))
    draft = draft.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    draft = draft.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    return draft.sign(with_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
