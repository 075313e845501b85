"""Two short talks by text only: in Spanish, and the end of all texts."""

from bot.demo.scenes.hands import Player
from bot.demo.stage import Stage
from bot.demo.telling import Teller

ANA, CARMEN = "+12065550111", "+12065550114"


async def spanish(stage: Stage, tell: Teller) -> None:
    """In Spanish, up to the amount."""
    carmen = Player(stage, tell, CARMEN)
    await tell.line("system", "Carmen Vega owes $184.50 and reads Spanish.")
    await carmen.says("Hola, cuanto debo?", "clave")
    await carmen.says(await carmen.code_by_mail(), "$184.50")
    await carmen.says("pagar 50", "$134.50")


async def stop(stage: Stage, tell: Teller) -> None:
    """STOP in the middle of a code, silence, START."""
    ana = Player(stage, tell, ANA)
    await ana.says("Balance", "6-digit code")
    code = await ana.code_by_mail()
    await ana.says("STOP", "opted out")
    await tell.line("patient", code)
    await stage.text(ANA, code)
    await tell.line("system", "No answer: after STOP there is only silence.")
    await ana.says("start", "texts are on again")
