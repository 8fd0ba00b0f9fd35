"""Ids of what Dash mounts; callbacks and layouts take them from here and nowhere else."""

ADDRESS = "address"  # dcc.Location: the address of the page
DRILL = "drill"  # what a person asked for: the chart of the chosen figure
ENTRY = "react-entry-point"  # Dash's own name for the element it mounts into
ASK = "ask"  # a control that narrows a list of records; `of` says what it writes into the address
ROWS = "rows"  # a list of records; `of` is its address
