"""SFTP pick-up against a real OpenSSH server on loopback."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import asyncssh
import pytest

from feeds.intake.sources.kinds.sftp import KIND, SftpSettings
from feeds.intake.sources.seam import BadSource
from tests.conftest import PATIENCE, find_free_port
from tests.intake.sources.papers import declared_as
from tests.intake.sources.station_files import BODY, EVENT, NAME, declared, leave, outlet_at

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(SSHD is None, reason="openssh-server is not installed")

CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/allowed
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PermitRootLogin yes
Subsystem sftp internal-sftp
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of our own user, with a key for it and one for us."""
    folder = tmp_path_factory.mktemp("sshd")
    for name in ("host", "ours"):
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_private_key(folder / name)
        os.chmod(folder / name, 0o600)
        key.write_public_key(folder / f"{name}.pub")
    (folder / "allowed").write_text((folder / "ours.pub").read_text())
    port = find_free_port()
    (folder / "config").write_text(CONFIG.format(port=port, folder=folder))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", folder / "config"], stderr=log)
        try:
            until = time.monotonic() + 10 * PATIENCE
            while socket.socket().connect_ex(("127.0.0.1", port)):
                assert process.poll() is None and time.monotonic() < until, (folder / "log").read_text()
                time.sleep(0.02)
            yield folder, port
        finally:
            process.terminate()
            process.wait(10 * PATIENCE)


@pytest.fixture
def fetch(server, tmp_path):
    """One source over its life: a pass over the tree on the server."""
    folder, port = server
    outlet = outlet_at()
    outlet.secrets["HN_KEY"] = (folder / "ours").read_text()
    tree = tmp_path / "tree"
    tree.mkdir()

    def once(**more):
        sent = len(outlet.sent)
        outlet.clock.tick(60)
        said = {
            "host": "127.0.0.1", "port": port, "host_key": (folder / "host.pub").read_text(), "path": str(tree),
            "user": os.environ.get("USER") or "root", "key": "HN_KEY",
        }  # fmt: skip
        KIND.run(declared(SftpSettings, **said | more), outlet)
        return [(feed, event) for feed, event in outlet.sent[sent:] if feed != "entities"]

    once.tree, once.outlet = tree, outlet
    return once


def test_station_files_are_fetched_from_a_server_once(fetch):
    leave(fetch.tree, f"HN_ABCD_NUO001/2026/11/21/{NAME}")
    for minute in range(31, 60):
        stamp = f"1030{minute:02}"  # one file each second: reading is pipelined
        name = NAME.replace("103000", stamp)
        leave(fetch.tree, f"HN_ABCD_NUO001/2026/11/21/{name}", BODY.replace(b"103000", stamp.encode()))
    told = fetch()
    assert len(told) == 30 and told[0] == ("water", EVENT)
    assert fetch() == [] and not fetch.outlet.refused
    leave(fetch.tree, f"lai/{NAME}")
    assert fetch() == []


def test_read_files_are_moved_or_deleted_on_the_server(fetch):
    leave(fetch.tree, f"a/{NAME}")
    fetch(after="move")
    assert (fetch.tree / "da-doc" / "a" / NAME).read_bytes() == BODY
    path = leave(fetch.tree, f"b/{NAME}")
    fetch(after="delete")
    assert not path.exists()


def test_the_example_of_the_page_fetches_over_sftp(fetch):
    ours = ("host", "port", "path", "host_key", "user")
    said = {name: value for name, value in declared_as("sftp").items() if name not in ours}
    fetch.outlet.secrets[said["key"]] = fetch.outlet.secrets["HN_KEY"]
    leave(fetch.tree, NAME)
    ((feed, event),) = fetch(**said)
    assert (feed, event["entity"]) == ("water", "HN_ABCD_NUO001") and len(event["values"]) == 3


def test_a_server_with_another_key_is_not_spoken_to(fetch):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    with pytest.raises(BadSource, match="host key is not the declared one"):
        fetch(host_key=other)


def test_who_is_not_let_in_is_told_so(fetch):
    fetch.outlet.secrets["WRONG"] = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    with pytest.raises(BadSource, match="does not let"):
        fetch(key="WRONG")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"port": 1}, "cannot be reached"),
        ({"path": "/khong-co"}, "refuses the folder"),
        ({"host_key": "ssh-ed25519 ???"}, "cannot be read"),
        ({"key": "NOT_SET"}, "NOT_SET is not set"),
        ({"key": ""}, "name the environment variable"),
    ],
)
def test_what_is_wrong_is_said_without_secrets(fetch, more, words):
    with pytest.raises(BadSource, match=words) as told:
        fetch(**more)
    assert "PRIVATE" not in str(told.value)
