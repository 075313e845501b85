"""Answers to a question of ours: yes or no, one of some choices, and mere acknowledgement."""

from collections.abc import Iterable
from typing import Final

from conversations.hearing.reactions import emoji_only
from conversations.hearing.text import normalise

_YES: Final = (
    "yes,yeah,yep,yup,ya,yea,yas,yess,yes sir,yes maam,y,ok,okay,okey,k,kk,okie,sure,sure thing,of"
    " course,absolutely,definitely,correct,right,"
    "thats right,that is right,go ahead,do it,lets do it,sounds good,fine,thats fine,that works,works for me,i"
    " agree,agreed,"
    "i do,i would,please do,yes please,affirmative,for sure,si,sip,claro,claro que si,dale,por supuesto,desde"
    " luego,de acuerdo,esta bien,"
    "correcto,bueno,vale,andale,adelante,hagalo,asi es,exacto,acepto,i accept,confirm,confirmed,i confirm,confirmo"
)
_NO: Final = (
    "no,nope,nah,nop,n,no way,no thanks,no thank you,not now,not really,not today,not yet,negative,never,never"
    " mind,nevermind,"
    "no gracias,para nada,negativo,ahora no,hoy no,todavia no,nunca,mejor no,i dont,i do not,i dont want to,i dont"
    " want it,"
    "i dont agree,dont,do not,leave it,forget it,dejelo,dejalo,"
    "olvidelo,no quiero,absolutely not,of course not,definitely not,incorrect,wrong,thats"
    " wrong,incorrecto"
)
_POLITE: Final = (
    "please,pls,plz,thanks,thank you,thx,ty,por favor,porfavor,porfa,gracias,muchas"
    " gracias,sir,maam,hi,hello,hola,um,uh,well,"
    "just,i said,senor,senora,i guess,pues,oh,haha,lol,que"
)
_ACKNOWLEDGE: Final = (
    "ok,okay,okey,oki,k,kk,thanks,thank you,thank u,thankyou,thx,thnx,thks,ty,tysm,tks,thanx,got"
    " it,gotcha,great,perfect,cool,"
    "good,awesome,wonderful,excellent,alright,all right,noted,understood,will do,sounds good,appreciate it,i"
    " appreciate it,"
    "much appreciated,appreciated,i appreciate that,no problem,np,no worries,youre welcome,you are"
    " welcome,received,nice,"
    "all good,all set,great job,bless you,god bless,god bless you,have a good day,have a great day,have a nice"
    " day,have a good one,"
    "done,all done,its done,one sec,one second,one moment,one minute,just a sec,just a second,just a minute,"
    "give me a sec,give me a second,give me a minute,un momento,un momentito,un segundo,un minuto,deme un momento,"
    "deme un minuto,brb,"
    "you too,same to you,good night,bye,goodbye,later,talk soon,for your help,for the help,for the info,for letting"
    " me know,"
    "for everything,"
    "kindly,have a blessed day,blessed day,that was helpful,that was helpfull,the best,ur the best,youre the best,many"
    " thanks,x todo,se lo agradezco,se lo agradezco mucho,te lo agradezco,te lo agradezco mucho,les agradezco,"
    "agradezco,"
    "super helpful,very helpful,so helpful,so kind,very kind,for your kind help,for your kind assistance,for your"
    " assistance,for your time,for your patience,god bless you all,thank you so mcuh,thnk u,grax,mil grasias,muchas"
    " grasias,por su atencion,por su amable atencion,por su amabilidad,por su tiempo,que dios los bendiga,que dios le"
    " bendiga,que dios lo bendiga,que dios la bendiga,"
    "gracias,muchas gracias,mil gracias,muchisimas gracias,grasias,entendido,perfecto,excelente,bueno,muy bien,esta"
    " bien,listo,"
    "vale,de nada,igualmente,muy amable,que amable,bendiciones,dios lo bendiga,dios la bendiga,dios les"
    " bendiga,buen dia,"
    "buenas noches,que tenga buen dia,que tenga un buen dia,adios,hasta luego,ya,recibido,enterado,enterada,de acuerdo,"
    "never mind,nevermind,nvm,no thanks,no thank you,no gracias,im good,im ok,thats all,thats it,nothing else,"
    "no importa,olvidelo,eso es todo,es todo,nada mas,"
    "por su ayuda,por todo,por la ayuda,por avisar,por la informacion"
)
_SOFTENERS: Final = (
    "so much,dear,hon,honey,sweetie,ever so much,so mcuh,a bunch,a ton,a million,tons,u,ur,you were,u were,you are,"
    "u are,you have been,"
    "very much,so,very,a"
    " lot,again,much,sir,maam,you,guys,all,yall,and,then,lol,haha,well,oh,y,i,for,now,this,that,team,everyone,a"
    " todos,senorita,senor,ustedes,a usted,ok ok,its"
)
_KIND_EMOJI: Final = frozenset("👍👌🙏❤🧡💛💚💙💜🤎🖤🤍😊🙂☺😀😁😃😄👏💯✅✔🙌😇🤗😍🥰💕💗👋🫶🤝😌🎉")
_AROUND_EMOJI: Final = frozenset("\u200d\ufe0f\ufe0e🏻🏼🏽🏾🏿♀♂ \t\r\n!.")
_LETTERS: Final = "abcdefghij"
_ORDINALS: Final = (
    {"1", "1st", "one", "first", "uno", "una", "primera", "primero", "primer", "1a", "1ra", "1ro"},
    {"2", "2nd", "two", "second", "dos", "segunda", "segundo", "2a", "2da", "2do"},
    {"3", "3rd", "three", "third", "tres", "tercera", "tercero", "tercer", "3a", "3ra", "3ro"},
    {"4", "4th", "four", "fourth", "cuatro", "cuarta", "cuarto", "4a", "4ta", "4to"},
    {"5", "5th", "five", "fifth", "cinco", "quinta", "quinto", "5ta"},
    {"6", "6th", "six", "sixth", "seis", "sexta", "sexto"},
    {"7", "7th", "seven", "seventh", "siete", "septima", "septimo"},
    {"8", "8th", "eight", "eighth", "ocho", "octava", "octavo"},
    {"9", "9th", "nine", "ninth", "nueve", "novena", "noveno"},
)
_LAST: Final = frozenset({"last", "ultima", "ultimo"})
_AROUND_CHOICE: Final = frozenset(
    "the option opcion choice letter letra number numero num please pls plz thanks thank you gracias por favor i"
    " want quiero"
    " ill take id like with go lets do choose pick el la lo prefiero elijo escojo me quedo con my mi plan is es yes"
    " si ok okay"
    " hi hello hola would for para to select seleccion".split()
)
# After "the" or a verb, these are the noun ("the second one"), not a number of their own.
_NOUN_ONE: Final = frozenset({"one", "una", "uno"})


def _table(*groups: tuple[str, str]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    index: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, phrases in groups:
        for phrase in phrases.split(","):
            words = tuple(phrase.split())
            index.setdefault(words[0], []).append((words, kind))
    for entries in index.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return index


_ANSWERS: Final = _table(("yes", _YES), ("no", _NO), ("polite", _POLITE))
_THANKS: Final = _table(("core", _ACKNOWLEDGE), ("soft", _SOFTENERS))
_TURNS_AWAY: Final = frozenset(
    "but pero not no dont cant cannot wont never if until unless except why how what when which porque como cuando"
    " cual sino"
    " aunque stop cancel wait espere instead".split()
)
_UNSURE_YES: Final = frozenset({"si", "y", "ya", "bueno", "right", "fine"})
_LONGEST_ANSWER: Final = 8


def yes_no(words: str) -> bool | None:
    """True, False, or None where normalised words are neither plainly; pictures alone never count."""
    tokens = words.split()
    kinds = list(_kinds(tokens, _ANSWERS))
    said = {kind for kind in kinds if kind in ("yes", "no")}
    if None not in kinds:
        return {frozenset({"yes"}): True, frozenset({"no"}): False}.get(frozenset(said))
    # An answer with a reason ("yes i want that"); "si" may be "if", "no" may deny what follows it.
    if len(tokens) > _LONGEST_ANSWER or said != {"yes"} or kinds[0] != "yes" or tokens[0] in _UNSURE_YES:
        return _no_with_reason(tokens, kinds)
    return None if not _TURNS_AWAY.isdisjoint(tokens) or any(token.isdigit() for token in tokens) else True


def _no_with_reason(tokens: list[str], kinds: list[str | None]) -> bool | None:
    if len(tokens) > _LONGEST_ANSWER or " ".join(tokens[:2]) not in ("no i", "no thanks", "no gracias"):
        return None
    return None if "yes" in kinds or "but" in tokens or any(token[0].isdigit() for token in tokens) else False


def choice(words: str, count: int) -> int | None:
    """Which of `count` choices (1-based) was taken: "2", "b", "option 2", "the second one", "la primera"."""
    tokens = [token for token in words.split() if token not in _AROUND_CHOICE]
    if len(tokens) > 1 and tokens[-1] in _NOUN_ONE:
        tokens.pop()
    if len(tokens) != 1:
        return None
    picked = _position(tokens[0], count)
    return picked if picked is not None and 1 <= picked <= count else None


def _position(token: str, count: int) -> int | None:
    if token in _LAST:
        return count
    if len(token) == 1 and token in _LETTERS:
        return _LETTERS.index(token) + 1
    return next((at for at, names in enumerate(_ORDINALS, 1) if token in names), None)


def thanks(raw: str) -> bool:
    """A mere acknowledgement that needs no answer ("ok thanks", "gracias", a thumb); takes the raw text, for its"
    " pictures.
    """
    if emoji_only(raw):
        return all(char in _KIND_EMOJI or char in _AROUND_EMOJI for char in raw)
    return thanks_words(normalise(raw))


def thanks_words(words: str) -> bool:
    """The same for words already normalised."""
    if len(words) > 80:
        return False
    thanked = False
    for kind in _kinds(words.split(), _THANKS):
        if kind is None:
            return False
        thanked = thanked or kind == "core"
    return thanked


def _kinds(tokens: list[str], table: dict[str, list[tuple[tuple[str, ...], str]]]) -> Iterable[str | None]:
    at = 0
    while at < len(tokens):
        for phrase, kind in table.get(tokens[at], ()):
            if len(phrase) == 1 or tuple(tokens[at : at + len(phrase)]) == phrase:
                at += len(phrase)
                yield kind
                break
        else:
            at += 1
            yield None
