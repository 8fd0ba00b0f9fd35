"""Where: the partition of an event's place, and coordinates that lie in Vietnam."""

from __future__ import annotations

from feeds.catalogue.places import NATION_KEY, PLACE, Places
from feeds.intake.reasons import Refused, hint, nearest

LAT = (6.0, 24.0)  # Vietnam with its two archipelagos
LON = (102.0, 118.0)


class Parts:
    """The partition of every place an event may name: a code of 2025, or `vn` for the nation and its agencies."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._part = {
            str(places.ref(key)): places.province_2025(places.ref(key)) or NATION_KEY for key in places.by_key
        }

    def of(self, place: str) -> str:
        """The partition of `place`; Refused with what would have been right when there is no such place."""
        part = self._part.get(place)
        if part is None:
            raise self._refusal(place)
        return part

    def _refusal(self, place: str) -> Refused:
        scheme, colon, code = place.partition(":")
        if scheme == "agency" and colon:
            return Refused("agency_unknown", found=code, **hint(nearest(place, self._of_scheme("agency"))))
        found = PLACE.fullmatch(place)
        if found is None:
            return Refused("place_shape", place=place, **hint(self._guess(place)))
        if found["scheme"] not in ("2020", "2025"):
            return Refused("scheme_unknown", scheme=found["scheme"])
        if f"{found['scheme']}:{found['province']}" not in self._part:
            return self._no_province(found["scheme"], found["province"])
        if found["scheme"] == "2020":
            return Refused("commune_2020")
        near = nearest(place, [f"2025:{key}" for key in self._places.communes_of(found["province"])])
        name = self._places.name(found["province"])
        return Refused("commune_unknown", province=name, found=found["commune"], **hint(near))

    def _no_province(self, scheme: str, code: str) -> Refused:
        """An old code under the new scheme is the usual slip: name the province it was."""
        old = f"2020:{code}"
        if scheme == "2025" and old in self._part:
            near = f"{old} ({self._places.name(old)})"
        else:
            near = nearest(f"{scheme}:{code}", [key for key in self._of_scheme(scheme) if "/" not in key])
        return Refused("province_unknown", scheme=scheme, found=code, **hint(near))

    def _of_scheme(self, scheme: str) -> list[str]:
        return [key for key in self._part if key.startswith(f"{scheme}:")]

    def _guess(self, place: str) -> str:
        if f"2025:{place}" in self._part:
            return f"2025:{place}"
        found = self._places.search(place[:80], 1)
        return str(self._places.ref(found[0].key)) if found else ""


def check_point(lat: float | None, lon: float | None) -> None:
    """Refuse half a point, a swapped one, and one outside Vietnam."""
    if lat is None and lon is None:
        return
    if lat is None or lon is None:
        raise Refused("coordinates_half")
    if LAT[0] <= lat <= LAT[1] and LON[0] <= lon <= LON[1]:
        return
    swapped = LAT[0] <= lon <= LAT[1] and LON[0] <= lat <= LON[1]
    raise Refused("coordinates_swapped" if swapped else "coordinates_outside", lat=lat, lon=lon)
