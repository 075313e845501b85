"""Which network a request comes from: for limits and audit only, and never further than a trusted proxy says."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

Network = IPv4Network | IPv6Network
NEIGHBOURS = {4: 24, 6: 56}
"""As many bits as one household or office shares; limits count for all of it."""


def side_of(request: web.Request, trusted: Sequence[Network]) -> str:
    """`net:203.0.113.0/24`: the asking side of a page."""
    address = client(request, trusted)
    if address is None:
        return "net:unknown"
    return f"net:{ip_network((address, NEIGHBOURS[address.version]), strict=False)}"


def client(request: web.Request, trusted: Sequence[Network]) -> IPv4Address | IPv6Address | None:
    """The nearest address that no trusted proxy of ours vouches to have spoken for another."""
    hops = [hop.strip() for header in request.headers.getall("X-Forwarded-For", []) for hop in header.split(",")]
    found = _address(request.remote or "")
    while found and hops and any(found in network for network in trusted):
        found = _address(hops.pop())
    return found


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
