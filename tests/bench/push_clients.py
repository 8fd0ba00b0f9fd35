"""Ten thousand clients in one process: raw sockets, one epoll, nothing decoded but the id that ends a frame."""

from __future__ import annotations

import json
import re
import select
import socket
import sys
import time

ID = re.compile(rb"id: vn=1-(\d+)\n\n")


class Clients:
    """Connections to one server, and when each version reached each of them."""

    def __init__(self, port: int, path: str, count: int) -> None:
        self.poll = select.epoll()
        self.socks: dict[int, socket.socket] = {}
        self.buffer = bytearray(1 << 20)
        self.arrived: dict[int, list[float]] = {}
        self.bytes = 0
        self.lost = 0
        for i in range(count):
            self._connect(port, path)
            if i % 64 == 0:
                self.read(0)

    def _connect(self, port: int, path: str) -> None:
        sock = socket.create_connection(("127.0.0.1", port), 30)
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        sock.setblocking(False)
        self.socks[sock.fileno()] = sock
        self.poll.register(sock.fileno(), select.EPOLLIN)

    def read(self, timeout: float) -> None:
        """Take what has come; note the newest version in each piece."""
        for fd, _ in self.poll.poll(timeout, 2048):
            try:
                size = self.socks[fd].recv_into(self.buffer)
            except BlockingIOError:
                continue
            if not size:
                self.lost += 1
                self.poll.unregister(fd)
                continue
            self.bytes += size
            for found in ID.finditer(self.buffer, 0, size):
                self.arrived.setdefault(int(found[1]), []).append(time.time())


def main() -> None:
    """Arguments: port, path, clients, seconds. Says `ready` when connected; then prints what arrived as JSON."""
    port, path, count, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    clients = Clients(port, path, count)
    settle = time.monotonic() + 2
    while time.monotonic() < settle:
        clients.read(0.1)
    clients.arrived.clear()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        clients.read(0.05)
    sys.stdout.write(json.dumps({"arrived": clients.arrived, "lost": clients.lost, "bytes": clients.bytes}) + "\n")


if __name__ == "__main__":
    main()
