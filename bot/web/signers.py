"""Who may sign at Twilio's webhooks: our own account, and each practice's own whose token we hold."""

import secrets
from functools import lru_cache

from bot.channels.text import TokensOf
from bot.web.signed import Signatures

MOST_ACCOUNTS = 1000


class Signers:
    """The account is chosen by what the form says, and nothing else in it counts before that account's token fits it.

    The tokens are asked for each time, so that one that was added or replaced counts at once.
    """

    def __init__(self, account_sid: str, own: Signatures, tokens_of: TokensOf, public_url: str) -> None:
        self._account_sid, self._own, self._tokens_of = account_sid, own, tokens_of
        self._made = lru_cache(MOST_ACCOUNTS)(lambda tokens: Signatures(tokens, public_url))
        # A stranger's account is refused after the same work as a wrong signature, and learns nothing from it.
        self._nobody = (secrets.token_hex(16),)

    def of(self, account_sid: str) -> tuple[str, Signatures]:
        """The account's name with us, empty for our own one, and what tells its signatures."""
        if account_sid in {"", self._account_sid}:
            return "", self._own
        return account_sid, self._made(tuple(self._tokens_of(account_sid)) or self._nobody)
