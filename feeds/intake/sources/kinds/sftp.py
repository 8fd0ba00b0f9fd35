"""SFTP pick-up: station files fetched from a server of others, which must prove with its key that it is the one."""

from __future__ import annotations

import asyncio
import posixpath
import stat
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, TypeVar

import asyncssh

from feeds.intake.sources.pickup import PickUp, pick_up
from feeds.intake.sources.seam import BadSource, Kind, Outlet
from feeds.intake.sources.tree import Entry

T = TypeVar("T")
AT_ONCE = 8  # files under way at the same time: a far server answers slowly
PATIENCE_S = 30.0
READ_PATIENCE_S = 300.0  # for some files together, over a thin line
_GONE = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)


class SftpSettings(PickUp, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The server and who we are to it.

    `host_key` is the server's public key as `ssh-keyscan` prints it (`ssh-ed25519 AAAA…`). `password` and `key` name
    environment variables: the one holds a password, the other a private key in OpenSSH's form.
    """

    host: str
    host_key: str
    user: str
    path: str = "."
    port: int = 22
    password: str = ""
    key: str = ""


class SftpTree:
    """A tree on an SFTP server, while the block lasts. One thread's own."""

    def __init__(self, settings: SftpSettings, outlet: Outlet) -> None:
        self._settings = settings
        self._options = _options(settings, outlet)
        self._loop = asyncio.new_event_loop()
        self._open = AsyncExitStack()
        self._sftp: asyncssh.SFTPClient

    def __enter__(self) -> SftpTree:
        try:
            self._sftp = self._run(self._connect(), "the connection")
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def entries(self, folder: str) -> Sequence[Entry]:
        """Files and folders in `folder`."""
        names = self._run(self._sftp.readdir(self._path(folder)), f"the folder {folder or self._settings.path}")
        return [entry for name in names if (entry := _entry(name)) is not None]

    def read(self, paths: Sequence[str], limit: int) -> Sequence[bytes | None]:
        """The bytes of files."""
        return self._run(self._read(paths, limit), f"the file {paths[0]} or one after it", READ_PATIENCE_S)

    def remove(self, path: str) -> None:
        """Delete a file."""
        self._run(self._sftp.remove(self._path(path)), f"deleting {path}")

    def move(self, path: str, to: str) -> None:
        """Move a file inside the tree."""
        self._run(self._move(self._path(path), self._path(to)), f"moving {path}")

    async def _connect(self) -> asyncssh.SFTPClient:
        connection = await self._open.enter_async_context(asyncssh.connect(**self._options))
        return await self._open.enter_async_context(connection.start_sftp_client(path_errors="surrogateescape"))

    async def _read(self, paths: Sequence[str], limit: int) -> list[bytes | None]:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(path: str) -> bytes | None:
            async with gate:
                try:
                    async with self._sftp.open(self._path(path), "rb") as file:
                        return bytes(await file.read(limit + 1))  # type: ignore[arg-type]  # opened as bytes
                except _GONE:
                    return None

        return await asyncio.gather(*(one(path) for path in paths))

    async def _move(self, path: str, to: str) -> None:
        await self._sftp.makedirs(posixpath.dirname(to), exist_ok=True)
        if await self._sftp.exists(to):
            await self._sftp.remove(to)
        await self._sftp.rename(path, to)

    def _path(self, path: str) -> str:
        return posixpath.join(self._settings.path, path)

    def _run(self, work: Coroutine[Any, Any, T], what: str, patience_s: float = PATIENCE_S) -> T:
        """Do it here and now; what the server or the line does wrong becomes a sentence."""
        try:
            return self._loop.run_until_complete(asyncio.wait_for(work, patience_s))
        except asyncssh.HostKeyNotVerifiable:
            raise BadSource("the server's host key is not the declared one: nothing was sent to it") from None
        except asyncssh.PermissionDenied:
            raise BadSource(f"the server does not let {self._settings.user} in: check password or key") from None
        except TimeoutError:
            raise BadSource(f"the server did not answer within {patience_s:g} s: {what}") from None
        except asyncssh.SFTPError as error:
            raise BadSource(f"the server refuses {what}: {error.reason}") from None
        except (OSError, asyncssh.Error) as error:
            raise BadSource(f"the server cannot be reached or hung up ({type(error).__name__}): {what}") from None

    def _close(self) -> None:
        try:
            self._loop.run_until_complete(asyncio.wait_for(self._open.aclose(), 5))
        except (OSError, asyncssh.Error, TimeoutError):
            pass  # the line was gone already
        finally:
            self._loop.close()


def _options(settings: SftpSettings, outlet: Outlet) -> dict[str, Any]:
    """What asyncssh is told: only the declared key of the server and only the declared secret of ours count."""
    try:
        trusted = asyncssh.import_public_key(settings.host_key)
        ours = [asyncssh.import_private_key(outlet.secret(settings.key))] if settings.key else None
    except asyncssh.KeyImportError:
        raise BadSource("host_key or the private key cannot be read: write them as OpenSSH does") from None
    if not settings.key and not settings.password:
        raise BadSource("name the environment variable of a password or of a private key: `password:` or `key:`")
    return {
        "host": settings.host,
        "port": settings.port,
        "username": settings.user,
        "known_hosts": ([trusted], [], []),
        "client_keys": ours,
        "password": outlet.secret(settings.password) if settings.password else None,
        "agent_path": None,
        "config": None,
        "connect_timeout": PATIENCE_S,
        "login_timeout": PATIENCE_S,
        "keepalive_interval": 15,
    }


def _entry(found: asyncssh.SFTPName) -> Entry | None:
    """A name of a folder; None for links, devices and names that lead elsewhere."""
    name, said = str(found.filename), found.attrs
    if name in (".", "..") or "/" in name or "\0" in name or said.permissions is None:
        return None
    folder = stat.S_ISDIR(said.permissions)
    if not folder and not stat.S_ISREG(said.permissions):
        return None
    return Entry(name, folder, said.size or 0, float(said.mtime or 0))


def run(settings: SftpSettings, outlet: Outlet) -> None:
    """Fetch what is new on the server."""
    with SftpTree(settings, outlet) as tree:
        outlet.alive()
        pick_up(tree, settings, outlet)


KIND = Kind(SftpSettings, run)
