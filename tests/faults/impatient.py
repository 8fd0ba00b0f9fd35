"""The whole system as `python app.py` starts it, except that whatever dies is started again at once.

python impatient.py [script that stands in for the web process]
"""

from __future__ import annotations

import sys

from feeds.catalogue.settings import Settings
from feeds.host import child, supervisor

child.LONGEST_DELAY = 0.3
ours = supervisor.programs


def programs(settings: Settings) -> dict[str, list[str]]:
    """The real programs, the web process replaced where one is named."""
    return ours(settings) | ({"web": [sys.executable, sys.argv[1]]} if sys.argv[1:] else {})


supervisor.programs = programs
if __name__ == "__main__":
    sys.exit(supervisor.main(Settings.from_env()))
