"""Words about what should stop, and the answers to our one question about it."""

from conversations.machine import Says

ABOUT_TEXTS = frozenset("text texts texting texted sms texto textos mensaje mensajes phone telefono celular".split())
ABOUT_MAIL = frozenset("mail mails mailing email emails emailing correo correos".split())
NAMES_MAIL = frozenset("mails mailing emails emailing correos".split())
ABOUT_BOTH = frozenset("contact contacting contacten contactarme everything all todo anywhere".split())
ABOUT_PLAN = frozenset("cancel plan plans payment payments autopay cargos pagos cuotas mensualidades".split())

MEANS_TEXTS = Says(
    en=(
        "texts", "text", "the texts", "texting", "text messages", "messages", "the messages", "my texts",
        "your texts", "texts please", "i mean texts", "i mean the texts", "i meant texts", "i meant the texts",
        "both", "all", "everything", "all of it", "both of them", "texts and plan", "yes texts", "just texts",
        "just the texts", "only texts", "the text messages", "no texts", "mail", "mails", "the mail", "emails",
        "the emails", "email",
    ),
    es=(
        "textos", "los textos", "texto", "mensajes", "los mensajes", "mensajes de texto", "los mensajes de texto",
        "ambos", "los dos", "todo", "todos", "solo textos", "solo los textos", "solo los mensajes", "si textos",
        "sus mensajes", "textos por favor", "correos", "los correos", "correo",
    ),
)  # fmt: skip
MEANS_PLAN = Says(
    en=(
        "plan", "the plan", "my plan", "payment plan", "the payment plan", "my payment plan", "payments",
        "the payments", "my payments", "plan please", "i mean the plan", "i mean my plan", "i meant the plan",
        "i meant the payments", "plan payments", "just the plan", "just the payments", "only the plan", "autopay",
        "the autopay", "my autopay",
    ),
    es=(
        "el plan", "mi plan", "plan de pagos", "el plan de pagos", "mi plan de pagos", "pagos", "los pagos",
        "mis pagos", "solo el plan", "solo los pagos", "plan por favor", "las mensualidades", "las cuotas",
        "los cargos",
    ),
)  # fmt: skip
MEANS_BILL = Says(
    en=(
        "bill", "the bill", "my bill", "bills", "the bills", "bill please", "payments", "the payments", "payment",
        "the payment", "i mean the bill", "i meant the bill", "i meant my bill", "just the bill", "only the bill",
        "billing", "the charges", "charges",
    ),
    es=(
        "factura", "la factura", "mi factura", "facturas", "las facturas", "cuenta", "la cuenta", "mi cuenta",
        "pagos", "los pagos", "solo la factura", "factura por favor", "los cargos", "cargos", "el cobro",
        "los cobros",
    ),
)  # fmt: skip
