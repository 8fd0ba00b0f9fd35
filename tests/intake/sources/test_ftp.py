"""FTP and FTPS pick-up against a real server (pure-ftpd) on loopback."""

import ftplib
import os
import shutil
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from feeds.intake.sources.kinds import ftp
from feeds.intake.sources.kinds.ftp import KIND, FtpSettings
from feeds.intake.sources.seam import BadSource
from tests.conftest import PATIENCE, find_free_port
from tests.intake.sources.papers import declared_as
from tests.intake.sources.station_files import BODY, EVENT, NAME, declared, leave, outlet_at

FTPD = shutil.which("pure-ftpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PASSWORD = "Mật khẩu 1"
pytestmark = [
    pytest.mark.skipif(FTPD is None, reason="pure-ftpd is not installed"),
    pytest.mark.skipif(os.geteuid() != 0, reason="pure-ftpd takes its users' rights, which only root may"),
]


@pytest.fixture(scope="module")
def ftp_server():
    """A server with TLS and one user, whose tree it shows; it runs no longer than the tests."""
    with tempfile.TemporaryDirectory() as name:  # where a user who is not root may come in
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "tree").mkdir()
        _certificate(folder)
        _user(folder)
        port = find_free_port()
        how = ["-S", f"127.0.0.1,{port}", "-l", f"puredb:{folder}/db", "-Y", "1", "-2", folder / "both.pem", "-E", "-H"]
        process = subprocess.Popen([FTPD, *how, "-u", "1", "-g", folder / "pid"], stderr=subprocess.DEVNULL)
        try:
            _answers(port, process)
            yield folder, port
        finally:
            process.terminate()
            process.wait(10 * PATIENCE)


def _user(folder: Path) -> None:
    """One user; the hash of the password is an old one, because a good one takes seconds."""
    crypt = subprocess.run(["openssl", "passwd", "-1", PASSWORD], check=True, capture_output=True, text=True)
    (folder / "users").write_text(f"ioc:{crypt.stdout.strip()}:65534:65534::{folder}/tree/./::::::::::::\n")
    subprocess.run(["pure-pw", "mkdb", folder / "db", "-f", folder / "users"], check=True, capture_output=True)


def _certificate(folder: Path) -> None:
    asked = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ftp.test"
    names = "-addext subjectAltName=IP:127.0.0.1"
    files = ["-keyout", folder / "key.pem", "-out", folder / "server.pem"]
    subprocess.run(["openssl", *asked.split(), *names.split(), *files], check=True, capture_output=True)
    (folder / "both.pem").write_text((folder / "key.pem").read_text() + (folder / "server.pem").read_text())


def _answers(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + 10 * PATIENCE
    while True:
        try:
            with ftplib.FTP() as line:
                line.connect("127.0.0.1", port, 2)
                return
        except OSError:
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.02)


@pytest.fixture
def fetch(ftp_server):
    """One source over its life: a pass over the tree on the server."""
    folder, port = ftp_server
    outlet = outlet_at()
    outlet.secrets["HN_FTP_PASSWORD"] = PASSWORD
    tree = folder / "tree" / str(len(list((folder / "tree").iterdir())))
    tree.mkdir()

    def once(**more):
        sent = len(outlet.sent)
        outlet.clock.tick(60)
        said = {
            "host": "127.0.0.1", "port": port, "user": "ioc", "password": "HN_FTP_PASSWORD", "path": tree.name,
            "certificate": str(folder / "server.pem"),
        }  # fmt: skip
        for path in (tree, *tree.rglob("*")):
            os.chown(path, 65534, 65534)
        KIND.run(declared(FtpSettings, **said | more), outlet)
        return [(feed, event) for feed, event in outlet.sent[sent:] if feed != "entities"]

    once.tree, once.outlet = tree, outlet
    return once


@pytest.mark.parametrize("how", ["as the server tells it exactly", "as it lists files"])
@pytest.mark.parametrize("tls", ["explicit", "none"])
def test_station_files_are_fetched_over_ftp_once(fetch, monkeypatch, how, tls):
    if how == "as it lists files":
        real = ftplib.FTP.putcmd
        monkeypatch.setattr(ftplib.FTP, "putcmd", lambda self, line: real(self, line.replace("MLSD", "NEIN")))
    leave(fetch.tree, f"HN_ABCD_NUO001/2026/11/21/{NAME}")
    leave(fetch.tree, "HN_ABCD_NUO001/ghi chú 1.docx", b"x")
    for minute in range(31, 40):
        name = NAME.replace("103000", f"1030{minute}")
        leave(fetch.tree, f"HN_ABCD_NUO001/2026/11/21/{name}", BODY.replace(b"103000", b"1030%d" % minute))
    told = fetch(tls=tls)
    assert len(told) == 10 and told[0] == ("water", EVENT)
    assert fetch(tls=tls) == [] and not fetch.outlet.refused
    leave(fetch.tree, f"lại một lần/{NAME}")
    assert fetch(tls=tls) == []


def test_read_files_are_moved_or_deleted_over_ftp(fetch):
    leave(fetch.tree, f"a/{NAME}")
    fetch(after="move")
    assert (fetch.tree / "da-doc" / "a" / NAME).read_bytes() == BODY
    path = leave(fetch.tree, f"b/{NAME}")
    fetch(after="delete")
    assert not path.exists()


def test_a_file_that_is_too_long_is_refused_and_its_neighbour_is_not(fetch, monkeypatch):
    monkeypatch.setitem(ftp.pick_up.__globals__["LIMITS"], "circular10", 100_000)
    leave(fetch.tree, f"a/{NAME}", b"x" * 3_000_000)
    leave(fetch.tree, f"b/{NAME}")
    assert fetch() == [("water", EVENT)]
    assert [why.code for _, _, why, _ in fetch.outlet.refused] == ["file_big"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"port": 1}, "cannot be reached"),
        ({"path": "khong-co"}, "refuses the folder"),
        ({"certificate": "/khong-co.pem"}, "cannot be read"),
        ({"certificate": ""}, "not one we trust"),
        ({"host": "localhost"}, "not one we trust"),
        ({"tls": "implicit"}, "cannot be reached"),
        ({"user": "khac"}, "does not let khac in"),
        ({"password": "NOT_SET"}, "NOT_SET is not set"),
    ],
)
def test_what_is_wrong_with_ftp_is_said_without_secrets(fetch, more, words):
    with pytest.raises(BadSource, match=words) as told:
        fetch(**more)
    assert PASSWORD not in str(told.value)


def test_the_example_of_the_page_fetches(fetch):
    said = {name: value for name, value in declared_as("ftp").items() if name not in ("host", "port", "path")}
    leave(fetch.tree, NAME)
    ((feed, event),) = fetch(**said)
    assert (feed, event["entity"]) == ("water", "HN_ABCD_NUO001") and len(event["values"]) == 3


def test_no_password_is_sent_where_the_server_has_no_tls(fetch, monkeypatch):
    said = []
    monkeypatch.setattr(ftplib.FTP_TLS, "auth", lambda self: (_ for _ in ()).throw(ftplib.error_perm("502 no")))
    monkeypatch.setattr(ftplib.FTP, "login", lambda *args: said.append(args))
    with pytest.raises(BadSource, match="offers no TLS"):
        fetch()
    assert said == []


def test_implicit_tls_speaks_first(ftp_server):
    """The server here has none; what matters is that we begin with TLS and check whom we meet."""
    line = ftp._Tls(context=ssl.create_default_context())
    line.implicit = True
    with pytest.raises(ssl.SSLError):
        line.connect("127.0.0.1", ftp_server[1], 5)
