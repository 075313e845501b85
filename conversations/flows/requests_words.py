"""Words with which people ask for what a person at the practice must decide."""

from conversations.machine import Keyword

KEYWORDS = (
    Keyword(
        "refund",
        en=(
            "refund", "a refund", "want a refund", "want my money back", "money back", "give me my money back",
            "refund me", "my refund", "where is my refund", "i need a refund", "return my money", "get a refund",
            "get my money back",
        ),
        es=(
            "reembolso", "un reembolso", "quiero un reembolso", "devolucion", "devuelvan mi dinero",
            "mi dinero de vuelta", "regresen mi dinero", "quiero mi dinero", "devolver mi dinero", "mi reembolso",
            "me devuelvan mi dinero",
        ),
    ),
)  # fmt: skip
