"""The process that reads mail: requests on stdin, answers on stdout. Two seconds of CPU too many end it."""

import json
import os
import resource
import signal
import struct
import sys
from typing import Any, BinaryIO

CPU_SECONDS = 2.0
MEMORY_BYTES = 256 * 1024 * 1024
LENGTH = struct.Struct(">II")
"""Of the JSON that says what to do, and of the mail behind it."""
READY = b"R"
ANSWER = struct.Struct(">I")


def main() -> None:
    """Answer until stdin ends."""
    from bot.incoming_mail import html_words, reading  # noqa: F401 - loaded before the first mail counts its seconds

    _confine()
    os.nice(int(sys.argv[1]))
    # What a library prints must not end up between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    answers.write(READY)
    answers.flush()
    while (request := _request(sys.stdin.buffer)) is not None:
        asked, raw = request
        body = json.dumps(_answer(asked, raw)).encode()
        answers.write(ANSWER.pack(len(body)) + body)
        answers.flush()


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The kernel ends the process, whatever C code it is in; Python would only hear of it afterwards.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _answer(asked: dict[str, Any], raw: bytes) -> dict[str, Any]:
    from bot.incoming_mail.reading import read

    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        mail = read(raw, asked.get("envelope_from"), asked.get("on_file", ())).to_json()
        if asked.get("authserv_id") and mail["from_"]:
            from bot.incoming_mail.relays import relay_says

            mail["relay"] = relay_says(mail["results"], asked["authserv_id"], mail["from_"].rpartition("@")[2])
        if asked.get("check") and mail["from_"]:
            from bot.incoming_mail.own_checks import check

            mail["checks"] = check(raw, mail["from_"], **asked["check"])
    except MemoryError:
        # Whatever is left of the heap is not to be relied on.
        os._exit(1)
    except Exception as error:  # noqa: BLE001 - a mail that breaks the reader is kept for staff, and the next one is read
        return {"trouble": "unreadable", "why": type(error).__name__}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return mail


def _request(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    asked, mail = LENGTH.unpack(head)
    return json.loads(stream.read(asked)), stream.read(mail)


if __name__ == "__main__":
    main()
