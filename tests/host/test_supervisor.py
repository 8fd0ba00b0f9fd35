"""One command starts everything, whatever dies comes back, and a stop leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import redis

from feeds.catalogue.keys import Keys
from feeds.store import links
from tests.conftest import PATIENCE, ROOT, RedisPair, find_free_port, is_ready, wait_until

WEB = """
import http.server, os
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *words): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["IOC_PORT"])), Ready).serve_forever()
"""
SLEEPER = "import time\ntime.sleep(600)\n"
STUBBORN = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)\n"


@dataclass
class Little:
    """A started little system."""

    process: subprocess.Popen[bytes]
    var: Path
    port: int
    console: Path

    def said(self) -> str:
        return self.console.read_text(errors="replace")

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def running(self, words: str) -> list[psutil.Process]:
        """Living processes whose command line has `words`."""
        found = []
        for process in self.family():
            with suppress(psutil.NoSuchProcess):  # a zombie, too
                if words in " ".join(process.cmdline()):
                    found.append(process)
        return found

    def ready(self) -> None:
        wait_until(lambda: "Ready: " in self.said() or self.process.poll() is not None, 20, self.said())
        assert self.process.poll() is None, self.said()

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(20 * PATIENCE)


Start = Callable[..., Little]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a little system; its scripts are `web`, `aggregator` and what is given; environment by keyword."""
    started: list[Little] = []

    def run(scripts: dict[str, str] | None = None, **changes: str) -> Little:
        folder = tmp_path / f"scripts{len(started)}"
        folder.mkdir()
        for name, text in ({"web": WEB, "aggregator": SLEEPER} | (scripts or {})).items():
            (folder / f"{name}.py").write_text(text)
        port = int(changes.setdefault("IOC_PORT", str(find_free_port())))
        changes.setdefault("IOC_VAR", str(tmp_path / "var"))
        console = tmp_path / f"console{len(started)}.txt"
        env = {name: value for name, value in os.environ.items() if not name.startswith("IOC_")} | changes
        with console.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("little_system.py")), str(folder)],
                cwd=ROOT,
                env=env | {"PYTHONPATH": str(ROOT)},
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        started.append(Little(process, Path(changes["IOC_VAR"]), port, console))
        return started[-1]

    yield run
    for system in started:
        if system.process.poll() is None:
            system.process.kill()
            system.process.wait()


def refusal(system: Little) -> str:
    """What a system says that must not start."""
    assert system.process.wait(20 * PATIENCE) == 2, system.said()
    assert "Traceback" not in system.said()
    return system.said()


def nothing_left(system: Little, family: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(family, timeout=20 * PATIENCE)
    assert alive == []
    assert {path.name for path in system.var.rglob("*")} & {"lock", links.SOCKET_NAME} == set()


def test_ready_line_names_the_address(start: Start) -> None:
    system = start()
    system.ready()
    assert f"Ready: http://127.0.0.1:{system.port} shows a simulated world" in system.said()


def test_nobody_waits_for_another_to_start(start: Start) -> None:
    seen = "import os, pathlib, time\nseen = pathlib.Path(os.environ['IOC_VAR'], 'simulator-is-up')\n"
    up = f"{seen}seen.touch()\ntime.sleep(600)\n"
    start({"simulator": up, "web": f"{seen}while not seen.exists(): time.sleep(0.05)\n{WEB}"}).ready()


@contextmanager
def hang_up(handler: signal.Handlers) -> Iterator[None]:
    """What is started within takes SIGHUP so."""
    before = signal.signal(signal.SIGHUP, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_no_process_lock_or_socket(start: Start, number: int) -> None:
    with hang_up(signal.SIG_DFL):  # the tests themselves may run under nohup
        system = start()
    system.ready()
    wait_until(lambda: len(system.family()) == 4, 10, "for two servers and two programs")
    family = system.family()
    assert system.stop(number) == 0
    nothing_left(system, family)


def test_hang_up_is_ignored_under_nohup(start: Start) -> None:
    with hang_up(signal.SIG_IGN):
        system = start()
    system.ready()
    system.process.send_signal(signal.SIGHUP)
    wait_until(lambda: health(system, "web").get(b"state") == b"running", 10)
    assert system.process.poll() is None
    assert system.stop() == 0


def test_ctrl_c_while_starting_leaves_nothing(start: Start) -> None:
    system = start({"web": SLEEPER})
    wait_until(lambda: "Starting: " in system.said(), 20)
    family = system.family()
    assert system.stop() == 0
    nothing_left(system, family)


def test_second_ctrl_c_ends_what_does_not_listen(start: Start) -> None:
    system = start({"aggregator": STUBBORN})
    system.ready()
    family = system.family()
    system.process.send_signal(signal.SIGINT)
    wait_until(lambda: "Stopping: " in system.said(), 10)
    system.process.send_signal(signal.SIGINT)
    assert system.process.wait(20 * PATIENCE) == 0
    assert "had not ended" not in system.said()
    nothing_left(system, family)


def test_what_does_not_end_in_time_is_killed_and_named(start: Start) -> None:
    system = start({"aggregator": STUBBORN})
    system.ready()
    family = system.family()
    assert system.stop() == 0
    assert "aggregator had not ended after 3 s and was killed" in system.said()
    nothing_left(system, family)


def test_kill_9_of_the_supervisor_takes_everything_along_and_a_new_start_works(start: Start) -> None:
    system = start()
    system.ready()
    links.client(None, system.var, links.DURABLE).set("kept", "yes")
    family = system.family()
    system.process.kill()
    system.process.wait()
    _, alive = psutil.wait_procs(family, timeout=20 * PATIENCE)
    assert alive == []
    again = start()
    again.ready()
    assert links.client(None, system.var, links.DURABLE).get("kept") == b"yes"


def test_data_is_there_after_a_restart(start: Start) -> None:
    system = start()
    system.ready()
    links.client(None, system.var, links.DURABLE).set("kept", "yes")
    system.stop()
    start().ready()
    assert links.client(None, system.var, links.DURABLE).get("kept") == b"yes"


def health(system: Little, name: str) -> dict[bytes, bytes]:
    try:
        with links.client(None, system.var, links.VOLATILE) as client:
            return dict(client.hgetall(Keys("sim").process(name)))  # type: ignore[arg-type]
    except redis.RedisError:
        return {}


def test_a_killed_program_is_restarted_and_the_screens_can_know(start: Start) -> None:
    system = start()
    system.ready()
    wait_until(lambda: health(system, "aggregator").get(b"state") == b"running", 10)
    [aggregator] = system.running("aggregator.py")
    aggregator.kill()
    wait_until(lambda: health(system, "aggregator").get(b"restarts") == b"1", 10)
    wait_until(lambda: "aggregator was killed by signal 9; it starts again in" in system.said(), 5)
    wait_until(lambda: health(system, "aggregator").get(b"state") == b"running", 10)
    assert len(system.running("aggregator.py")) == 1


def test_a_redis_that_hangs_does_not_keep_programs_from_being_restarted(start: Start) -> None:
    system = start()
    system.ready()
    wait_until(lambda: health(system, "aggregator").get(b"state") == b"running", 10)
    [server], [aggregator] = system.running("ioc volatile redis"), system.running("aggregator.py")
    server.suspend()
    aggregator.kill()
    wait_until(lambda: any(p.pid != aggregator.pid for p in system.running("aggregator.py")), 5)
    server.resume()


@pytest.mark.parametrize("name", [links.DURABLE, links.VOLATILE])
def test_a_killed_redis_is_restarted_with_its_data(start: Start, name: str) -> None:
    system = start()
    system.ready()
    client = links.client(None, system.var, name)
    client.set("kept", "yes")
    [server] = system.running(f"ioc {name} redis")
    server.kill()
    psutil.wait_procs([server], timeout=20)  # what is restarted at once is never seen to be away

    def answers() -> bool:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False

    wait_until(answers, 10)
    assert client.get("kept") == (b"yes" if name == links.DURABLE else None)
    wait_until(lambda: health(system, f"redis-{name}").get(b"restarts") == b"1", 10)


def test_what_a_program_says_is_kept_and_what_is_wrong_is_shown(start: Start) -> None:
    talker = (
        "import logging, time\nfrom feeds.host import logs\nlogs.configure('INFO')\n"
        "logging.getLogger('seed').info('hour 3 of 72')\nlogging.getLogger('seed').warning('slow disk')\n"
        "logging.getLogger('seed').debug('never mind')\ntime.sleep(600)\n"
    )
    system = start({"simulator": talker})
    system.ready()
    wait_until(lambda: "[simulator] slow disk" in system.said(), 10)
    kept = (system.var / "logs" / "simulator.log").read_text()
    assert "INFO seed: hour 3 of 72" in kept
    assert "never mind" not in kept


def test_second_start_on_the_same_folder_is_refused(start: Start) -> None:
    first = start()
    first.ready()
    told = refusal(start())
    assert "A system already runs on" in told
    assert f"http://127.0.0.1:{first.port}" in told
    assert is_ready(f"http://127.0.0.1:{first.port}")


def test_taken_port_is_refused(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        system = start(IOC_PORT=str(port))
        assert f"Port {port} of 127.0.0.1 is taken by another program; choose another with IOC_PORT." in refusal(system)
        nothing_left(system, [])


def test_program_that_refuses_to_start_ends_everything_with_its_sentence(start: Start) -> None:
    system = start({"aggregator": "import sys\nprint('The indicator x is not known.')\nsys.exit(2)\n", "web": SLEEPER})
    assert "The indicator x is not known." in refusal(system)
    nothing_left(system, [])


def test_folder_that_cannot_be_written_is_refused(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "nothing can be written" in refusal(start(IOC_VAR=str(tmp_path / "file" / "var")))


def test_bad_setting_is_refused(start: Start) -> None:
    assert "IOC_SIM_SPEED is '61'" in refusal(start(IOC_SIM_SPEED="61"))


def test_slip_in_the_name_of_a_setting_is_pointed_out(start: Start) -> None:
    system = start(IOC_SIM_SPED="2")
    system.ready()
    assert "IOC_SIM_SPED is not a setting and is ignored; did you mean IOC_SIM_SPEED?" in system.said()


def test_runs_on_outside_servers_and_starts_none_of_its_own(start: Start, own_redis: RedisPair) -> None:
    system = start(IOC_REDIS_URL=own_redis.url(links.DURABLE), IOC_CACHE_REDIS_URL=own_redis.url(links.VOLATILE))
    system.ready()
    wait_until(lambda: len(system.family()) == 2, 10, "for two programs and no server")
    key = Keys("sim").process("web")
    with links.volatile(own_redis.settings()) as client:
        wait_until(lambda: client.hget(key, "state") == b"running", 10)
        system.stop()
        assert client.hget(key, "state") == b"stopped"


def test_unreachable_redis_is_refused_without_its_password(start: Start) -> None:
    told = refusal(start(IOC_REDIS_URL=f"redis://ioc:hunter2@127.0.0.1:{find_free_port()}/0"))
    assert "IOC_REDIS_URL: no Redis answers at redis://127.0.0.1:" in told
    assert "hunter2" not in told


def test_volatile_server_in_place_of_the_durable_one_is_refused(start: Start, own_redis: RedisPair) -> None:
    told = refusal(start(IOC_REDIS_URL=own_redis.url(links.VOLATILE)))
    assert "set maxmemory-policy noeviction, appendonly yes, appendfsync always." in told


def test_one_server_for_both_is_refused(start: Start, own_redis: RedisPair) -> None:
    url = own_redis.url(links.DURABLE)
    assert "name the same server" in refusal(start(IOC_REDIS_URL=url, IOC_CACHE_REDIS_URL=url))
