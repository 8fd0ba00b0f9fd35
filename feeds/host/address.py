"""Where the web process listens: is the place free, and does it answer."""

from __future__ import annotations

import errno
import http.client
import socket

from feeds.catalogue.settings import Settings
from feeds.host.refusal import Refused

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  compared, not bound


def url(settings: Settings) -> str:
    """What a person types into the browser."""
    host = settings.allowed_hosts[0] if settings.host in EVERYWHERE else settings.host
    return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{settings.port}"


def refuse_taken(settings: Settings) -> None:
    """Refused when nobody could listen there: the port is taken, or the address is not this machine's."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except socket.gaierror as error:
        raise Refused(f"IOC_HOST is {settings.host}, a name nobody knows; write an address of this machine.") from error
    except OSError as error:
        raise Refused(_why(settings, error)) from error


def answers(settings: Settings, path: str) -> bool:
    """True when the web process answers 200 at `path`."""
    host = EVERYWHERE.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=1)
    try:
        connection.request("GET", path, headers={"Host": f"{settings.allowed_hosts[0]}:{settings.port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _why(settings: Settings, error: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.port} of {settings.host} is taken by another program; choose another with IOC_PORT."
    if error.errno == errno.EACCES:
        return f"This user may not listen on {where}; choose a port above 1023 with IOC_PORT."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"IOC_HOST is {settings.host}, which is no address of this machine; write one that is."
    return f"Nobody can listen on {where} ({error.strerror}); change IOC_HOST or IOC_PORT."
