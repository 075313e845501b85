"""Questions to the name system, in the reading process: a resolver with a short patience."""

from typing import Any

import dns.exception
import dns.resolver

PATIENCE_SECONDS = 3.0


class NoAnswerNowError(Exception):
    """The name system did not answer: nobody knows, for now."""


class Names:
    """`system`, or the address of a resolver, as PAYBOT_DNS says."""

    def __init__(self, where: str) -> None:
        if where == "system":
            self._resolver = dns.resolver.Resolver()
        else:
            host, _, port = where.rpartition(":") if where.count(":") == 1 or "]:" in where else (where, "", "53")
            self._resolver = dns.resolver.Resolver(configure=False)
            self._resolver.nameservers = [host.strip("[]")]
            self._resolver.port = int(port)
        self._resolver.lifetime = PATIENCE_SECONDS
        self._resolver.cache = dns.resolver.LRUCache(1000)

    def ask(self, name: str, kind: str) -> list[Any]:
        """The records; none when there are none. Raises NoAnswerNowError."""
        try:
            return list(self._resolver.resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.Timeout, dns.resolver.NoNameservers, OSError) as error:
            raise NoAnswerNowError from error
        except (dns.exception.DNSException, UnicodeError, ValueError):
            return []

    def texts(self, name: str) -> list[bytes]:
        """The TXT records, each in one piece."""
        return [b"".join(record.strings) for record in self.ask(name, "TXT")]
