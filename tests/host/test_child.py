"""When a program that ended is started again."""

from __future__ import annotations

from dataclasses import dataclass

from feeds.host.child import Child
from feeds.host.refusal import Refused


@dataclass
class Process:
    returncode: int | None = None

    def poll(self) -> int | None:
        return self.returncode


class Story:
    """A child whose clock and processes are in our hands."""

    def __init__(self) -> None:
        self.now = 0.0
        self.started: list[float] = []
        self.said: list[str] = []
        self.refuse = False
        self.child = Child("web", self.launch, self.said.append, lambda: "boom", lambda: self.now, lambda: 1.0)  # type: ignore[arg-type]

    def launch(self) -> Process:
        if self.refuse:
            raise Refused("no room")
        self.started.append(self.now)
        return Process()

    def dies(self, code: int = -9) -> None:
        assert self.child.process is not None
        self.child.process.returncode = code

    def passes(self, seconds: float) -> None:
        for _ in range(round(seconds * 20)):
            self.now += 0.05
            self.child.tend()


def test_patience_grows_with_each_death_in_a_row() -> None:
    story = Story()
    story.child.start()
    for _ in range(7):
        story.dies()
        story.child.tend()
        while story.child.state == "restarting":
            story.passes(0.05)
    assert [line.rpartition(" in ")[2] for line in story.said] == [
        *("0.2 s", "0.5 s", "1.0 s", "2.0 s", "4.0 s", "5.0 s", "5.0 s")
    ]


def test_first_restart_comes_at_once_and_a_settled_program_starts_over() -> None:
    story = Story()
    story.child.start()
    for _ in range(5):
        story.dies()
        story.passes(11)
    assert [line.rpartition(" in ")[2] for line in story.said] == ["0.2 s"] * 5
    assert story.child.state == "running"


def test_state_and_count_tell_the_screens() -> None:
    story = Story()
    assert story.child.state == "stopped"
    story.child.start()
    assert (story.child.state, story.child.restarts) == ("running", 0)
    story.dies(1)
    story.child.tend()
    assert (story.child.state, story.child.restarts) == ("restarting", 0)
    assert story.said == ["web ended with code 1 (boom); it starts again in 0.2 s"]
    story.passes(1)
    assert (story.child.state, story.child.restarts) == ("running", 1)


def test_start_that_fails_is_tried_again() -> None:
    story = Story()
    story.child.start()
    story.dies()
    story.refuse = True
    story.passes(2)
    assert story.child.state == "restarting"
    story.refuse = False
    story.passes(6)
    assert story.child.state == "running"
    assert "web no room; it starts again in" in story.said[1]
