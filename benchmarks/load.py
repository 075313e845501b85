"""A lean load generator: ready-made signed webhooks over keep-alive sockets on loopback, bounded in count."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

TOKEN = "benchmark-token"
ACCOUNT = "AC" + "0" * 32
OURS = "+12065550100"


def webhook(url: str, number: int, words: str, base: str = "SM") -> bytes:
    """One inbound text as Twilio posts it, signed for `url` (path /webhooks/twilio/sms is added)."""
    form = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "Body": words,
        "From": phone(number),
        "FromCity": "SEATTLE",
        "FromCountry": "US",
        "FromState": "WA",
        "FromZip": "98101",
        "MessageSid": f"{base}{number:032x}",
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": f"{base}{number:032x}",
        "SmsStatus": "received",
        "To": OURS,
    }
    path = "/webhooks/twilio/sms"
    signature = RequestValidator(TOKEN).compute_signature(url + path, form)
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def phone(number: int) -> str:
    """A phone of its own for each number: 206-2xx-xxxx and on."""
    return f"+1206{2_000_000 + number:07d}"


@dataclass(frozen=True, slots=True)
class Run:
    """What one run came to; times in seconds."""

    rate: float
    p50: float
    p99: float
    refused: int


async def _client(port: int, requests: "asyncio.Queue[bytes]", times: list[float], refused: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while not requests.empty():
        request = requests.get_nowait()
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        times.append(time.perf_counter() - began)
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 204")):
            refused.append(head[:40])
    writer.close()


async def fire(port: int, requests: Sequence[bytes], concurrency: int = 32) -> Run:
    """Send each request once, `concurrency` at a time."""
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    for request in requests:
        queue.put_nowait(request)
    times: list[float] = []
    refused: list[bytes] = []
    began = time.perf_counter()
    await asyncio.gather(*(_client(port, queue, times, refused) for _ in range(concurrency)))
    took = time.perf_counter() - began
    times.sort()
    return Run(len(times) / took, times[len(times) // 2], times[int(len(times) * 0.99)], len(refused))
