"""Where Dash meets the pages: `register(app, site, ...)` joins them.

    app = Dash(__name__, assets_folder="assets", include_assets_files=False, update_title=None, title="IOC")
    callbacks.register(app, site, clock=clock, sight=current_scope, series=series)

`include_assets_files=False` matters: the page names its own stylesheets and modules. `site` comes from
`callbacks.site(settings)`. `series(sight, scope, indicator, start_ms, end_ms)` answers as the contract's
`/api/v1/series` does; `sight()` says what the session behind the running request may see.
"""

from callbacks.audit import audit
from callbacks.books import lists
from callbacks.desk import describer
from callbacks.entry import entry
from callbacks.pages import Series, register, site
from callbacks.quality import Desk as QualityDesk
from callbacks.quality import describer as refused_describer
from callbacks.signing import signing
from callbacks.wall import waiting

__all__ = ["QualityDesk", "Series", "audit", "describer", "entry", "lists", "refused_describer", "register", "signing",
           "site", "waiting"]  # fmt: skip
