"""Clients that listen to the same scopes in the same form: what one lacks is made once for all who lack it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from starlette.types import Message, Send

from feeds.serve.channel import Channel
from feeds.serve.frames import Frame, Version, closing

State = tuple[Version | None, ...]  # what a client holds of each scope of its group
MOST_PLANS = 16  # clients in step share one; a few late ones share a few more


def message(body: bytes) -> Message:
    """A piece of an open stream, as ASGI wants it; any number of clients may be sent the same."""
    return {"type": "http.response.body", "body": body, "more_body": True}


NOTHING = message(b"")


class Plan(NamedTuple):
    """The bytes that bring a client from one state to another, ready to send."""

    message: Message
    end: State


@dataclass(slots=True, eq=False)
class Client:
    """One open stream. It owns no queue: it is written to when it can take it, with what is newest then."""

    send: Send
    at: State = ()
    stalled: float | None = None  # since when it takes nothing (loop time)
    abort: Callable[[], object] | None = None  # cut the connection without waiting for it
    task: asyncio.Task[object] | None = None

    def push(self, message: Message, now: float) -> bool:
        """Write at once or not at all; False when the client's buffer is full.

        The server's `send` writes without pausing unless the buffer is over its limit, and then pauses
        before it writes anything: a step that pauses is taken back and nothing was sent.
        """
        step = self.send(message)
        try:
            step.send(None)  # type: ignore[attr-defined]  # an `async def` gives a coroutine
        except StopIteration:
            self.stalled = None
            return True
        except Exception:  # whatever a dying connection raises must not stop the others from being served
            return True  # its own task is about to notice
        step.close()  # type: ignore[attr-defined]
        self.stalled = self.stalled or now
        return False


@dataclass(slots=True, eq=False)
class Group:
    """All clients of one list of scopes and one form."""

    scopes: tuple[str, ...]
    channels: tuple[Channel, ...]
    gzip: bool
    clients: set[Client] = field(default_factory=set)
    hungry: set[Channel] = field(default_factory=set)  # channels that need a snapshot read
    _beat: bytes = b""
    _plans: dict[State, Plan | None] = field(default_factory=dict)

    def changed(self) -> None:
        """A channel moved on: what was planned is old."""
        self._plans.clear()

    def carry(self, beat: Frame | None) -> None:
        """From now on every delivery ends with this beat: one write serves both; None for no more."""
        self._beat = beat.form(self.gzip) if beat else b""
        self.changed()

    def verify(self, channel: Channel) -> None:
        """Clients whose version of this channel is not part of its past are to get it whole."""
        i = self.channels.index(channel)
        for client in self.clients:
            if not channel.holds(client.at[i]):
                client.at = (*client.at[:i], None, *client.at[i + 1 :])
        self.changed()

    def deliver(self, client: Client, now: float) -> None:
        """Send a client what it lacks, if it lacks anything and takes it."""
        if client.stalled is not None and not client.push(NOTHING, now):
            return
        plan = self._plan(client.at)
        if plan is not None and client.push(plan.message, now):
            client.at = plan.end

    def _plan(self, at: State) -> Plan | None:
        if at in self._plans:
            return self._plans[at]
        plan = self._make(at)
        if len(self._plans) < MOST_PLANS:
            self._plans[at] = plan
        return plan

    def _make(self, at: State) -> Plan | None:
        state, parts = list(at), list[bytes]()
        for i, channel in enumerate(self.channels):
            way = channel.since(at[i])
            if way is None:
                self.hungry.add(channel)
            for piece in way or ():
                state[i] = piece.end
                parts += piece.frame.form(self.gzip), closing(self.scopes, tuple(state)).form(self.gzip)
        if not parts and not self._beat:
            return None
        return Plan(message(b"".join((*parts, self._beat))), tuple(state))
