"""Wordings of somebody who may take their life or hurt themselves, as patterns over normalised words."""

from typing import Final

_WANT = "(?:want|wants|wanna|rather|ready|trying|tried|tryna|wish i could)"
_WILL = "(?:want|wants|wanna|ready|going|gonna|ima|imma|about)"
_SELF = "(?:myself|my self|himself|him self|herself|her self|themselves|themself)"
_QUERER = "(?:[qk]u?iero|quiere|quisiera|prefiero|deseo|pienso en|pensando en|pense en|ganas de)"
# Where to live, or what one would "die" of, is no crisis.
_NOT_HERE = r"(?! (?:here|there|in|at|near|on|like kings|aqui|alla|ahi|en|cerca)\b)"

CRISIS: Final = (
    rf"\b(?:(?:kill(?:ing)?|unalive|unaliving|hang(?:ing)?|shoot(?:ing)?|drown(?:ing)?) {_SELF}(?! in the foot)|"
    rf"(?:hurt|harm|cut|cutting|hurting|harming|burning) {_SELF}(?! (?:a |the )?(?:break|on |at |with the|shaving))|"
    r"self harm\w*|(?:cut|slit|cutting|slitting) (?:my |her |his )?wrists?|"
    rf"{_WANT} (?:to |2 )?(?:just )?die(?! (?:laughing|of (?:laughter|shame|embarrassment|boredom))|"
    rf" on this hill)|(?:should just|might|will|{_WILL}(?: to)?) kms|{_WILL} (?:to )?end it all|(?:of|about|just|and) "
    rf"(?:ending it all|"
    r"end it all)|end(?:ing)? my (?:own )?life|(?:take|taking) my (?:own )?life|"
    r"(?:dont|do not|didnt|no longer|not) (?:want to|wanna|want 2|wish to|wanting to|care to) (?:live|exist|"
    rf"be alive|go on living|keep living|wake up(?: anymore| again|$)|be here anymore|be on this earth){_NOT_HERE}|"
    r"(?:wish i (?:was|were)|might as well be|(?:id )?rather be|better if i was|want to be|be better) dead|"
    r"better off (?:dead|without me)|(?:no reason|nothing|no point|no point in|dont see the point in|"
    r"tired of|sick of|done with) (?:to live|to live for|living|life|being alive)"
    r"(?! (?:here|there|in|at|near|with|paycheck|insurance|on|like this place)\b)|"
    r"(?:life|living) (?:isnt|is not|aint|not) worth (?:it|living)|not worth living|"
    r"wish i (?:was|were|had|d) (?:never|not) (?:been )?born|disappear forever|"
    r"cant go on(?: anymore| any more| living| with life| like this|$)|"
    r"(?:going to|gonna|want to|wanna|will|might) (?:take|swallow|down) (?:all (?:of )?|a bottle of |every one of )"
    r"(?:my |the |these )?(?:pills|meds|medication|tablets)|jump(?:ing)? off (?:a|the) (?:bridge|building|roof)"
    rf"|me (?:quiero|queria|gustaria) (?:matar|morir|suicidar)\b|{_QUERER} (?:matarme|matarse|morir(?:me|se)?|"
    r"quitarme la vida|quitarse la vida|no existir|desaparecer (?:de (?:este|el) mundo|para siempre))"
    r"(?! de (?:risa|pena|verguenza|ganas|hambre|sueno|calor|la (?:pena|risa|verguenza))|riendo)|"
    r"se (?:quiere (?:matar|morir|suicidar)|va a (?:matar|suicidar))|(?:voy|va) a (?:matarme|matarse|suicidar\w+)|"
    r"mejor me (?:mato|muero)|me voy a matar|quitarme la vida|"
    r"(?:acabar|terminar) con (?:mi vida|todo de una vez por todas)|cortarme las venas|hacerme dano|lastimarme|"
    r"no (?:quiero|quisiera|deseo|quiere|quiero ya) (?:vivir|seguir viviendo|existir|despertar(?:me)?)"
    rf"{_NOT_HERE}|(?:no tengo|sin|perdi las|ya no tengo) ganas de vivir|no (?:vale|merece) la pena vivir|"
    r"sentido a (?:la|mi) vida|(?:mejor|prefiero estar|quisiera estar|quiero estar|estaria mejor) muert[oa]|"
    r"ojala (?:no )?(?:me muera|hubiera nacido)|nunca (?:haber|hubiera) nacido)\b"
)
# Also said of somebody who has died by it, which is a death.
NAMED: Final = r"\bsuicid\w*"
