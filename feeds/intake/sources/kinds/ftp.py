"""FTP and FTPS pick-up: station files fetched from a server of others, over TLS unless declared otherwise."""

from __future__ import annotations

import ftplib
import posixpath
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from socket import create_connection, socket
from types import TracebackType
from typing import Literal

from feeds.catalogue.clock import Clock
from feeds.intake.sources import ftp_listing
from feeds.intake.sources.pickup import PickUp, pick_up
from feeds.intake.sources.seam import BadSource, Kind, Outlet
from feeds.intake.sources.tree import Entry

PATIENCE_S = 30.0
PIECE = 65_536
MOST_LISTING = 16 * 1024 * 1024
NO_SUCH, NOT_IN = "550", "530"


class FtpSettings(PickUp, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The server and who we are to it; `password` names the environment variable that holds the password.

    `certificate` is a PEM file with the server's own certificate, or that of who signed it, where no public authority
    did. `tls: none` is FTP as it was in 1985: everybody on the way reads the password and may change the figures.
    """

    host: str
    user: str
    password: str
    path: str = "."
    port: int = 21
    tls: Literal["explicit", "implicit", "none"] = "explicit"
    certificate: str = ""


class _Tls(ftplib.FTP_TLS):
    """Over TLS, also for servers that want to see on the line of the data whom they met on the line of commands."""

    implicit = False

    def connect(self, host: str = "", port: int = 0, timeout: float = -999, source_address: object = None) -> str:
        """Connect; where TLS is implicit it begins before the server's first word."""
        if not self.implicit:
            return super().connect(host, port, timeout)
        self.host, self.port = host, port
        self.sock = self.context.wrap_socket(create_connection((host, port), PATIENCE_S), server_hostname=host)
        self.af = self.sock.family
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()
        return self.welcome

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket, int | None]:
        """The line for data, under the session of the line for commands."""
        line, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321  # TLS begins in the next lines
        session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
        return self.context.wrap_socket(line, server_hostname=self.host, session=session), size


class FtpTree:
    """A tree on an FTP server, while the block lasts."""

    def __init__(self, settings: FtpSettings, outlet: Outlet) -> None:
        self._settings = settings
        self._password = outlet.secret(settings.password)
        self._clock: Clock = outlet.clock
        self._ftp: ftplib.FTP
        self._root = "/"
        self._mlsd = True  # until the server says that it has never heard of it

    def __enter__(self) -> FtpTree:
        self._connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError, EOFError, *ftplib.all_errors):
            if kind is None:
                self._ftp.quit()
        self._ftp.close()

    def entries(self, folder: str) -> Sequence[Entry]:
        """Files and folders in `folder`, links left out."""
        what = f"the folder {folder or self._settings.path}"
        with self._told(what):
            self._ftp.cwd(self._path(folder))
            try:
                return self._listing()
            except ValueError:
                raise BadSource(f"the server lists {what} in a way that we cannot read") from None

    def read(self, paths: Sequence[str], limit: int) -> Sequence[bytes | None]:
        """The bytes of files."""
        return [self._read(path, limit) for path in paths]

    def remove(self, path: str) -> None:
        """Delete a file."""
        with self._told(f"deleting {path}"):
            self._ftp.delete(self._path(path))

    def move(self, path: str, to: str) -> None:
        """Move a file inside the tree."""
        with self._told(f"moving {path}"):
            folder = self._root
            for part in posixpath.dirname(to).split("/"):
                folder = posixpath.join(folder, part)
                with suppress(ftplib.error_perm):  # it is there
                    self._ftp.mkd(folder)
            with suppress(ftplib.error_perm):  # nothing lies there
                self._ftp.delete(self._path(to))
            self._ftp.rename(self._path(path), self._path(to))

    def _connect(self) -> None:
        said = self._settings
        self._ftp = _client(said)
        with self._told("the connection"):
            self._ftp.connect(said.host, said.port, PATIENCE_S)
            if isinstance(self._ftp, _Tls) and not self._ftp.implicit:
                self._begin_tls(self._ftp)
            self._ftp.login(said.user, self._password)
            if isinstance(self._ftp, _Tls):
                self._ftp.prot_p()
            self._ftp.voidcmd("TYPE I")
            self._root = posixpath.join(self._ftp.pwd(), said.path)

    def _begin_tls(self, ftp: _Tls) -> None:
        try:
            ftp.auth()
        except ftplib.error_perm:
            raise BadSource(
                "the server offers no TLS and no password was sent to it: see `tls` in docs/sources/ftp.md"
            ) from None

    def _listing(self) -> list[Entry]:
        """What the folder that we are in holds, told exactly where the server can."""
        now = self._clock.now_ms()
        if self._mlsd:
            try:
                return ftp_listing.exact(self._transfer("MLSD", MOST_LISTING), now)
            except ftplib.error_perm as error:
                if str(error)[:3] == NO_SUCH:
                    raise
                self._mlsd = False
        return ftp_listing.usual(self._transfer("LIST", MOST_LISTING), now)

    def _read(self, path: str, limit: int) -> bytes | None:
        with self._told(f"the file {path}"):
            try:
                return self._transfer(f"RETR {self._path(path)}", limit)
            except ftplib.error_perm as error:
                if str(error)[:3] == NO_SUCH:
                    return None
                raise

    def _transfer(self, command: str, limit: int) -> bytes:
        """What the server sends, whole as it says itself; of what is longer than `limit`, one byte more than that."""
        pieces, size = [], 0
        with self._ftp.transfercmd(command) as line:
            while size <= limit and (piece := line.recv(min(PIECE, limit + 1 - size))):
                pieces.append(piece)
                size += len(piece)
        if size > limit:  # we hung up on it, and servers answer that in many ways
            self._ftp.close()
            self._connect()
        else:
            self._ftp.voidresp()
        return b"".join(pieces)

    def _path(self, path: str) -> str:
        return posixpath.join(self._root, path)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """What the server or the line does wrong becomes a sentence."""
        try:
            yield
        except ssl.SSLCertVerificationError:
            raise BadSource("the server's certificate is not one we trust: no password was sent to it") from None
        except TimeoutError:
            raise BadSource(f"the server did not answer within {PATIENCE_S:g} s: {what}") from None
        except (ftplib.error_perm, ftplib.error_temp) as error:
            if str(error)[:3] == NOT_IN:
                raise BadSource(f"the server does not let {self._settings.user} in: check the password") from None
            raise BadSource(f"the server refuses {what}: {str(error)[:200]}") from None
        except (OSError, EOFError, UnicodeError, ftplib.Error) as error:
            raise BadSource(f"the server cannot be reached or hung up ({type(error).__name__}): {what}") from None


def _client(settings: FtpSettings) -> ftplib.FTP:
    if settings.tls == "none":
        return ftplib.FTP(timeout=PATIENCE_S)  # noqa: S321  # the operator has said so
    try:
        context = ssl.create_default_context(cafile=settings.certificate or None)
    except (OSError, ssl.SSLError):
        raise BadSource(f"the certificate {settings.certificate} cannot be read: it is a PEM file") from None
    client = _Tls(timeout=PATIENCE_S, context=context)
    client.implicit = settings.tls == "implicit"
    return client


def run(settings: FtpSettings, outlet: Outlet) -> None:
    """Fetch what is new on the server."""
    with FtpTree(settings, outlet) as tree:
        outlet.alive()
        pick_up(tree, settings, outlet)


KIND = Kind(FtpSettings, run)
