"""An HTTP server that answers like the national portal's statistics: text for numbers, missing fields, `[]`."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

RANKING = [
    {"ID": "398126", "MA_COQUAN": "H01", "TEN": "UBND tỉnh An Giang", "ROW_STT": "7", "CAPDONVIID": "1",
     "CKMB": "14.62", "TDGQ": "18.9", "TTTT": "10.1", "CLGQ": "7,55", "MDHL": "17.6", "MDSH": "15.04",
     "TONG_SCORE": "83.81"},
    {"ID": "11358", "TEN": "UBND tỉnh khác", "ROW_STT": "8", "TONG_SCORE": "82.2"},
    {"ID": "400001", "TEN": "Cơ quan không hỏi", "ROW_STT": "9", "TONG_SCORE": "82.1"},
]  # fmt: skip
SUMMARY = [
    {"HS_TOTAL": "125340", "DB_TOTAL": "124100", "HTN_TRUCTUYEN": "71.5", "HTN_TRUCTUYEN_TOTAL": "89618",
     "HTN_TRUCTIEP_TOTAL": "35000", "HTDH_TOTAL": "110000", "HTQH_TOTAL": "", "DXLQH_TOTAL": None, "TILE": "98.1"},
]  # fmt: skip


class StandIn:
    """What is asked, and what is answered; `script` overrides the answer to an agency's question."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.script: dict[str, tuple[int, bytes]] = {}
        self.url = ""

    def answer(self, form: dict[str, Any]) -> tuple[int, bytes]:
        """The answer to one question."""
        agency = str(form["p_tinh_id"])
        if agency in self.script:
            return self.script[agency]
        if form["service"] == "report_tinh_766_service":
            return 200, json.dumps(RANKING, ensure_ascii=False).encode()
        return 200, json.dumps(SUMMARY if agency == "398126" else []).encode()


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """The portal on a port of its own."""
    portal = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = json.loads(parse_qs(body)["params"][0])
            portal.asked.append(form)
            portal.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, answer = portal.answer(form)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    portal.url = f"http://127.0.0.1:{server.server_port}/jsp/rest.jsp"
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
