"""A name server on this machine, with records that a test gives it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Records = Mapping[tuple[str, str], Sequence[str]]
"""(name, type) and what is there; a name in `broken` answers SERVFAIL."""


class _Server(asyncio.DatagramProtocol):
    def __init__(self, records: Records, broken: Sequence[str]) -> None:
        self.records, self.broken = records, broken
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        asked = query.question[0]
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name in self.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif found := self.records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text_list(asked.name, 60, "IN", kind, list(found)))
        elif not any(known == name for known, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        assert self.transport
        self.transport.sendto(answer.to_wire(), addr)


@asynccontextmanager
async def name_server(records: Records, broken: Sequence[str] = ()) -> AsyncIterator[str]:
    """Serve these; the address to ask."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Server(records, broken), local_addr=("127.0.0.1", 0)
    )
    try:
        yield f"127.0.0.1:{transport.get_extra_info('sockname')[1]}"
    finally:
        transport.close()


def quoted(text: str) -> str:
    """A TXT record of any length."""
    return " ".join(f'"{text[at : at + 250]}"' for at in range(0, len(text), 250))
