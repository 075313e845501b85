"""Asking the domain name system, with the resolver that the settings name."""

from typing import Any

import dns.asyncresolver
import dns.exception
import dns.resolver

from bot.checks.surroundings import ResolverError

SECONDS = 5.0


class Dns:
    """Through `system`, or the resolver at this address."""

    def __init__(self, where: str) -> None:
        self._resolver = dns.asyncresolver.Resolver(configure=where == "system")
        self._resolver.lifetime = SECONDS
        if where != "system":
            host, port = _place(where)
            self._resolver.nameservers, self._resolver.port = [host], port

    async def texts(self, name: str) -> list[str]:
        """TXT records, each put together from its pieces."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in await self._ask(name, "TXT")]

    async def mail_hosts(self, name: str) -> list[str]:
        """MX hosts, the first choice first. A null MX is none."""
        records = sorted(await self._ask(name, "MX"), key=lambda record: record.preference)
        return [host for record in records if (host := record.exchange.to_text(omit_final_dot=True)) not in {"", "."}]

    async def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            return list(await self._resolver.resolve(name, kind))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise ResolverError from error


def _place(where: str) -> tuple[str, int]:
    if where.startswith("["):
        host, _, port = where[1:].partition("]")
        return host, int(port.lstrip(":") or 53)
    host, _, port = where.partition(":") if where.count(":") == 1 else (where, "", "")
    return host, int(port or 53)
