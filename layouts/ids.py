"""Ids of what Dash mounts; callbacks and layouts take them from here and nowhere else."""

ADDRESS = "address"  # dcc.Location: the address of the page
DRILL = "drill"  # what a person asked for: the chart of the chosen figure
ENTRY = "react-entry-point"  # Dash's own name for the element it mounts into
ASK = "ask"  # a control that narrows a list of records; `of` says what it writes into the address
ROWS = "rows"  # a list of records; `of` is its address
CASE = "case"  # a field beside one refused message; `of` says which
ACT = "case-act"  # a button beside it
SAID = "case-said"  # what became of it
BULK = "bulk"  # a field for many refused messages; `of` says which
BULK_ACT = "bulk-act"  # the button for them
BULK_SAID = "bulk-said"
ALERTS = "open-alerts"  # the list of open alerts
