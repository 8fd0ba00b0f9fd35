"""How a start ends that cannot succeed: one sentence, exit code 2."""

from __future__ import annotations

EXIT_CODE = 2


class Refused(RuntimeError):
    """The system cannot start; `str()` of it says why and what to do."""
