"""Quality class of a river by QCVN 08:2023/BTNMT: the worst class of its parameters, 1 = A to 4 = D.

pH outside 6.0-8.5 is class D, suspended solids over 100 mg/L class C, with floating trash class D.
"""

from __future__ import annotations

from collections.abc import Mapping

MOST: dict[str, tuple[float, float, float]] = {  # A, B, C; mg/L, MPN/100 mL
    "bod5": (4, 6, 10),
    "cod": (10, 15, 20),
    "tp": (0.1, 0.3, 0.5),
    "tn": (0.6, 1.5, 2.0),
    "coliform": (1000, 5000, 7500),
}
LEAST_OXYGEN = (6.0, 5.0, 4.0)
PH = (6.0, 8.5)
SOLIDS = 100.0
CLASSES = ("A", "B", "C", "D")


def quality_class(sample: Mapping[str, float]) -> int | None:
    """The class of a sample (codes of the vocabulary); None when it holds none of the parameters."""
    found = [1 + sum(sample[name] > limit for limit in limits) for name, limits in MOST.items() if name in sample]
    if "do" in sample:
        found.append(1 + sum(sample["do"] < limit for limit in LEAST_OXYGEN))
    if "ph" in sample:
        found.append(1 if PH[0] <= sample["ph"] <= PH[1] else 4)
    if "tss" in sample:
        found.append(3 if sample["tss"] > SOLIDS else 1)
    if sample.get("trash", 0) >= 1:
        found.append(4)
    return max(found, default=None)
