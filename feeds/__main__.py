"""`python -m feeds <word>`: every program of the data path, and what an operator does by hand.

Each program is imported only when it is asked for, so that one cannot keep another from starting.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias, cast

from feeds.catalogue.clock import iso
from feeds.catalogue.places import UnknownPlace
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import BadSetting, Settings
from feeds.catalogue.source import CatalogueError
from feeds.host import logs
from feeds.host.refusal import EXIT_CODE, Refused
from feeds.intake.replay.recording import BadRecording
from feeds.intake.social.listening import LexiconError

PROGRAMS = {
    "aggregate": ("feeds.engine.process", "turn events into figures, without end"),
    "simulate": ("feeds.intake.simulator.process", "send what a living country would send, without end"),
    "connect": ("feeds.intake.sources.process", "read every declared source, without end"),
    "door": ("feeds.intake.redis_door", "carry on what trusted writers add to the Redis door, without end"),
}
WITNESSED = {  # what a person does by hand and the audit log hears of
    ("key_words", "make"): "key",
    ("key_words", "revoke"): "revoke",
    ("screen_words", "add"): "key",
    ("screen_words", "renew"): "key",
    ("screen_words", "revoke"): "revoke",
    ("words", "start"): "configure",
    ("words", "stop"): "configure",
    ("modules", "withdraw"): "configure",
    ("audit_words", "verify"): "verify",
}
Run = Callable[[Settings, argparse.Namespace], int]
Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(words: Sequence[str] | None = None) -> int:
    """Run what `words` ask for; the exit code. What cannot start is one sentence and code 2."""
    asked = _parser().parse_args(words)
    try:
        settings = Settings.from_env()
        logs.configure(settings.log_level)
        return int(asked.run(settings, asked))
    except (BadSetting, CatalogueError, Refused, UnknownPlace, LexiconError, BadRecording) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_CODE
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m feeds", description=__doc__.splitlines()[0] if __doc__ else "")
    words = parser.add_subparsers(required=True, metavar="<word>")
    for word, (module, says) in PROGRAMS.items():
        words.add_parser(word, help=says, description=says).set_defaults(run=_program(module))
    _replay_words(words.add_parser("replay", help="play recorded data through the public door"))
    _quarantine_words(words.add_parser("quarantine", help="look at refused messages, or send them again"))
    _screen_words(words.add_parser("screen", help="admit screens of walls, list them, revoke them"))
    _source_words(words.add_parser("sources", help="look at the sources that we read, try, start or stop them"))
    _account_words(words.add_parser("accounts", help="let a new administrator in, list accounts, close one"))
    _key_words(words.add_parser("keys", help="make keys for senders of events, list them, revoke them"))
    _audit_words(words.add_parser("audit", help="read the audit log, check that it is whole"))
    _module_words(words.add_parser("module", help="look at domains taken in while running, check one, withdraw one"))
    return parser


def _program(module: str) -> Run:
    def run(settings: Settings, _asked: argparse.Namespace) -> int:
        return int(import_module(module).main(settings) or 0)

    return run


def _replay_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=("air", "news"), help="what the recording holds")
    parser.add_argument("path", type=Path, help="a file, or a folder of files")
    parser.add_argument("--url", default="", help="address of the running system (default: IOC_HOST and IOC_PORT)")
    parser.add_argument("--speed", type=float, default=0.0, help="recorded seconds a second; 0 (default): at once")
    times = parser.add_mutually_exclusive_group()
    times.add_argument("--shift", action="store_true", help="the last observation happens now (default)")
    times.add_argument("--keep-times", action="store_true", help="times stay; the replay world's clock follows")
    parser.add_argument("--until", default="", metavar="TIME", help="leave out what was observed later")
    parser.add_argument("--fault", default="", metavar="duplicates=0.02,late=0.02", help="what to spoil, for tests")
    parser.add_argument("--seed", type=int, default=0, help="which events a fault hits")
    parser.add_argument("--key", default="", help="ingest key of the system, outside demo")
    parser.set_defaults(run=_replay)


def _replay(settings: Settings, asked: argparse.Namespace) -> int:
    from feeds.intake.replay import play

    return play.main(settings, asked)


def _quarantine_words(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="<verb>")
    listing = verbs.add_parser("list", help="the newest refused messages")
    for word in ("--feed", "--source", "--code"):
        listing.add_argument(word, default=None)
    listing.add_argument("--limit", type=int, default=20)
    listing.set_defaults(run=_list)
    verbs.add_parser("reasons", help="how many are held for each reason").set_defaults(run=_reasons)
    again = verbs.add_parser("replay", help="send messages through the door again")
    again.add_argument("ids", type=int, nargs="*", help="numbers of messages")
    again.add_argument("--code", default=None, help="every message held for this reason")
    again.add_argument("--why", default="", help="what was put right")
    again.set_defaults(run=_requeue)


def _screen_words(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="<verb>")
    add = verbs.add_parser("add", help="a new screen: prints the address that its browser opens once")
    add.add_argument("name", help="how desks call it, such as `sanh-1`")
    add.add_argument("--place", default="vn", help="all it may see: vn (default) or a unit's code")
    add.add_argument("--group", default="main", help="screens of one group are driven together")
    add.add_argument("--metres", type=float, default=6.0, help="to the farthest seat")
    add.add_argument("--inches", type=float, default=55.0, help="diagonal of the panel")
    add.add_argument("--pixels", default="1920x1080")
    verbs.add_parser("list", help="every screen")
    for verb, says in (("renew", "a new address for one that lost its cookie"), ("revoke", "shut it out")):
        verbs.add_parser(verb, help=says).add_argument("name")
    _are_done_by("feeds.serve.screen_words", verbs)


def _source_words(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="<verb>")
    verbs.add_parser("list", help="every declared source and how it is doing")
    test = verbs.add_parser("test", help="read one once and show what it would send; nothing is sent")
    test.add_argument("--seconds", type=float, default=10.0, help="how long to listen to one that listens")
    verbs.add_parser("start", help="let one run")
    verbs.add_parser("stop", help="stop one, also across restarts")
    for verb, sub in verbs.choices.items():
        if verb != "list":
            sub.add_argument("id", help="its id, which is the name of its file")
    _are_done_by("feeds.intake.sources.words", verbs)


def _account_words(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="<verb>")
    verbs.add_parser("admin", help="a link, in a file, that makes an administrator")
    verbs.add_parser("list", help="every account")
    verbs.add_parser("disable", help="close an account and end its sessions").add_argument("login")
    _are_done_by("feeds.serve.account_words", verbs)


def _key_words(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="<verb>")
    make = verbs.add_parser("make", help="a new key: printed once, kept nowhere")
    make.add_argument("name", help="whose it is, such as `hn-donre`")
    make.add_argument("--feeds", required=True, help="feeds it opens, with commas between")
    make.add_argument("--places", default="vn", help="units it may report about; vn (default): everywhere")
    make.add_argument("--sources", default="", help="source names of its events (default: its own name; a* for all a…)")
    make.add_argument("--rate", type=int, default=10_000, help="events a second (default 10,000)")
    verbs.add_parser("list", help="every key")
    verbs.add_parser("revoke", help="end one, within five seconds").add_argument("name")
    _are_done_by("feeds.serve.key_words", verbs)


def _audit_words(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="<verb>")
    verify = verbs.add_parser("verify", help="check every row; exit code 1 when it was tampered with")
    verify.add_argument("--logs", type=Path, default=None, help="folder of logs with anchors (default: IOC_VAR/logs)")
    show = verbs.add_parser("show", help="the newest rows")
    show.add_argument("--limit", type=int, default=50)
    for word in ("--who", "--act"):
        show.add_argument(word, default=None)
    verbs.add_parser("anchor", help="the number and seal of the newest row, to be kept elsewhere")
    _are_done_by("feeds.serve.audit_words", verbs)


def _module_words(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="<verb>")
    verbs.add_parser("list", help="every domain taken in while running, and why a file was refused")
    check = verbs.add_parser("check", help="whether a file would be taken in; nothing is changed")
    check.add_argument("file", type=Path)
    verbs.add_parser("withdraw", help="take one out of force; its file must be out of the folder").add_argument("name")
    _are_done_by("feeds.serve.modules", verbs)


def _are_done_by(module: str, verbs: Verbs) -> None:
    """Each verb is a function of that name in `module`, loaded when it is asked for."""
    for verb, sub in verbs.choices.items():
        sub.set_defaults(run=_verb(module, verb))


def _verb(module: str, verb: str) -> Run:
    def run(settings: Settings, asked: argparse.Namespace) -> int:
        act, what = WITNESSED.get((module.rpartition(".")[2], verb)), verb
        what += f" {asked.name}" if "name" in asked else f" {asked.id}" if "id" in asked else ""
        try:
            done = int(getattr(import_module(module), verb)(settings, asked, _say))
        except OSError:  # nobody reads what is said any more; it may be done all the same
            _witness(settings, act, what, outcome="failed")
            raise
        _witness(settings, act if done == 0 else None, what)
        return done

    return run


def _witness(settings: Settings, act: str | None, what: str, why: str = "", outcome: str = "done") -> None:
    """What was changed by hand stands in the audit log, under the name of the machine's user."""
    if act is None:
        return
    from feeds.store.audit import Audit
    from feeds.store.database import open_database

    with closing(open_database(settings)) as database:
        book = Audit.open(settings, database)
        told = cast("Any", {"act": act, "outcome": outcome})
        book.record(getpass.getuser(), what=what, scope=NATION, why=why, seat="console", **told)


def _list(settings: Settings, asked: argparse.Namespace) -> int:
    from feeds.intake.opening import open_quarantine

    with open_quarantine(settings) as quarantine:
        for row in quarantine.page(NATION, feed=asked.feed, source=asked.source, code=asked.code, limit=asked.limit):
            _say(f"{row.id}\t{iso(row.received)}\t{row.feed}\t{row.source or '?'}\t{row.code}\t{row.reason}")
    return 0


def _reasons(settings: Settings, _asked: argparse.Namespace) -> int:
    from feeds.intake.opening import open_quarantine

    with open_quarantine(settings) as quarantine:
        for code, n in sorted(quarantine.reasons(NATION).items(), key=lambda pair: -pair[1]):
            _say(f"{n}\t{code}")
    return 0


def _requeue(settings: Settings, asked: argparse.Namespace) -> int:
    """Exit code 1 when a message is still refused."""
    from feeds.intake.opening import open_door
    from feeds.intake.requeue import requeue

    with open_door(settings) as opened:
        ids = list(asked.ids)
        if asked.code:
            ids += [row.id for row in opened.quarantine.page(NATION, code=asked.code, limit=10_000)]
        outcomes = {
            row_id: requeue(opened.door, NATION, row_id, by=getpass.getuser(), why=asked.why) for row_id in sorted(ids)
        }
    done = [str(row_id) for row_id, outcome in outcomes.items() if outcome.done]
    if done:
        _witness(settings, "quarantine", f"replay {' '.join(done)}", asked.why)
    for row_id, outcome in outcomes.items():
        _say(f"{row_id}\t{'replayed' if outcome.done else outcome.why}")
    return 0 if all(outcome.done for outcome in outcomes.values()) else 1


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
