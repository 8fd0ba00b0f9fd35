"""Where an address of the WAN from province to commune lies: by the networks that are declared for each commune."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address, ip_network

from feeds.intake.text import clean_text

REMEMBERED = 65_536


class Networks:
    """Declared networks (`10.46.12.0/24`) with the places they serve; the narrowest that holds an address counts."""

    def __init__(self, declared: Mapping[str, str]) -> None:
        """Raises ValueError with the network that cannot be read."""
        self.places = tuple(dict.fromkeys(placed(place) for place in declared.values()))
        self._by_length: dict[tuple[int, int], dict[int, str]] = {}
        for text, place in declared.items():
            network = ip_network(text.strip(), strict=False)
            table = self._by_length.setdefault((network.version, network.prefixlen), {})
            table[int(network.network_address)] = placed(place)
        self._lengths = sorted(self._by_length, key=lambda length: -length[1])
        self.place = lru_cache(REMEMBERED)(self._place)

    def holds(self, address: str) -> bool:
        """True when the address lies in any of them."""
        return self.place(address) is not None

    def _place(self, address: str) -> str | None:
        try:
            ip = ip_address(address.strip()[:64])
        except ValueError:
            return None
        ip = getattr(ip, "ipv4_mapped", None) or ip
        for version, length in self._lengths:
            if version != ip.version:
                continue
            shift = ip.max_prefixlen - length
            place = self._by_length[version, length].get(int(ip) >> shift << shift)
            if place is not None:
                return place
        return None


def placed(place: str) -> str:
    """A place as events name it; a bare code is one of 2025."""
    return place if ":" in place or place == "vn" else f"2025:{clean_text(place, 40)}"
