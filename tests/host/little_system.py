"""The supervisor with little programs in place of the real ones: `python little_system.py <folder of scripts>`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from feeds.catalogue.model import Catalogue
from feeds.catalogue.settings import BadSetting, Settings
from feeds.host import supervisor

scripts = Path(sys.argv[1])
supervisor.programs = lambda _settings: {  # type: ignore[assignment]
    script.stem: [sys.executable, str(script)] for script in sorted(scripts.glob("*.py"))
}
supervisor.loader.load = lambda _folder: Catalogue(domains={}, feeds={}, indicators={}, parameters={})  # type: ignore[assignment]
supervisor.GRACE_SECONDS = 3.0  # these programs end at once or never
logging.disable()
try:
    sys.exit(supervisor.main(Settings.from_env()))
except BadSetting as error:
    supervisor.say(str(error))
    sys.exit(2)
