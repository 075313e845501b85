"""The words behind `opt_out`: slips of the thumb, what may stand around a bare STOP, and what earns a closer look."""

from typing import Final

_SLIPS: Final = {
    "stop": "stoop sotp stpo tsop stopp sstop ztop dtop stp stoppp stob stahp stawp sstopp stiop stpp sto0p st0p"
    " stopt stop1 stopit",
    "unsubscribe": "unsuscribe unsubcribe unsubscirbe unsubscrib unsubscibe unsubscribed_ unsubscribeme unsubsribe"
    " unsubscripe unscribe"
    " unsubscrube unsubscride unsubscibre usubscribe unsubscrive unsub unsubscription",
    "texting": "textin textingg txting txtin textng texing texitng txtng messagin messaging",
    "hitting": "hittin",
    "blowing": "blowin",
    "bothering": "botherin",
    "bugging": "buggin",
    "harassing": "harassin harrasing harasing harrassin",
    "texts": "txts textss textes msgs mesages messges mssgs messages message msg txt text_ mensages_ sms texst",
    "remove": "remv remov rmove remve romove removed_ reomve",
    "dont": "dnt dont_ dontt donot",
    "stop_": "",
    "sending": "sendin sednig sendng",
    "contacting": "contactin contcting",
    "number": "numbr nmber numer numbeer #",
    "cancel": "cancle cancell cansel canel cacel",
    "mensajes": "mensages mensaje msjs msj mensajitos textos texto sms_ mensjes mensajez",
    "dejen": "degen dejn",
    "escribir": "escrivir escribirm",
    "escriban": "escrivan",
    "quit": "quite_ qiut",
    "opt out": "optout opt-out",
    "list": "lst",
    "alone": "alon aloe_",
}
MISSPELT: Final = {
    slip: word
    for word, slips in _SLIPS.items()
    for slip in slips.split()
    if not slip.endswith("_") and not word.endswith("_")
}

EVERYTHING: Final = frozenset({"everything", "all", "todo"})
STOPS: Final = frozenset(
    "stop stopall unsubscribe quit end cancel revoke optout alto baja cease discontinue desist halt remove".split()
)
AROUND_STOP: Final = frozenset(
    "please pls plz now thanks thank you immediately just already asap all thx ty ok okay sir maam hi hello hey"
    " kindly today u por favor porfa porfavor"
    " gracias ya seriously texts texting me request message messages hola omg opt out bot the no nope mas more yall"
    " bro man guys dude for real last time and yes omg ugh fuck fucking fuckin damn".split()
)
TRIGGERS: Final = frozenset(
    "longer updates salir salirme knock unenroll enroll deactivate gave contactado contactada contactar pedi"
    " solicite fastidian hartan cansan"
    " system database sacar saquen sacando removieran tachen descarten "
    "stop stops stopped stopping stopall quit quitting quits end ends ended ending cancel cancels canceled"
    " cancelled cancelling canceling cancellation cancelation unsubscribe"
    " unsubscribed unsubscribing opt opted opting optout revoke revoked revoking rescind withdraw withdrawing"
    " withdrew retract remove removed removal cease desist discontinue halt refrain suspend terminate"
    " alone lose lost forget erase delete off away scram texting texts text sms contact contacting contacted bother"
    " bothering bothered harass harassing harassment harrassing harassin spam spamming bugging"
    " pestering annoying hounding badgering notifications reminders alerts communications correspondence messages"
    " enough more further interested signed consent consented permission authorize authorization"
    " block blocking blocked dnc list fuck piss eff desire hear receive receiving unwanted unsolicited sue lawyer"
    " attorney fcc tcpa ftc lawsuit illegal stfu shut omit exclude purge scratch drop disable pause sub"
    " sign texted less fewer leave let busquen mandaran enviaran escribieran molestaran contactaran detenganse"
    " detengase molestan reminded soliciting info outta digits quito detengo desactivo quitarnos bajarme bajarle"
    " allowed ni llamen llame marquen prefer rather mute consent use using told anymore lleguen chingando"
    " cobren chingu chinguen cansado cansada canse estuvo textees textee mame quitarme borrarme eliminarme turn report"
    " reporting reported out reaching resubscribe undo hike rocks lost wipe scrub strike ditch dump toss purge burn "
    "trash zero refuse limits disturb subscribe kill cut"
    " alto baja basta paren pare parar parenle detener arret"
    " para dejen deje deja dejar dejenme dejeme dejame dejennos cesen cese"
    " eviten suspendan suspenda suspender detengan detenga cancelen cancele cancelar cancelo cancela quiten quite"
    " quitar"
    " eliminen elimine eliminar borren borre borrar borrenme saquen saque saquenme saqueme sacame quitenme quiteme"
    " quitame eliminenme elimineme eliminame borreme borrame remuevan remueva remuevanme"
    " retiren retire retirenme olviden olvide olvidense pierdan desuscribir desuscribirme desuscribanme desuscriban"
    " desuscribeme desuscribirse desinscribir desinscribirme desinscribanme baje bajar bajen bajan"
    " mensajes recibir escriban escriba escribir escribirme manden mande mandar mandarme envien envie enviar"
    " enviarme contacten contacte contactar molesten moleste molestar molestarme recordatorios avisos"
    " notificaciones alertas"
    " interesa interesado interesada permiso consentimiento autorizo autorice autorizacion suscripcion revoco"
    " anular bloquear bloqueo demandar demando reportar larguense paz hart0 harto harta acoso acosando mas sigan"
    " fastidien jodan chinguen"
    " cancelaron cancelado cancelada cancelamos terminar desactiven desactivar texteen textear mensajeen siga"
    " insistan insista voy avisarme avisen".split()
)
# Words of opting out in a sentence that none of the patterns took for one.
PLAIN: Final = frozenset(
    "stop stops stopped stopping quit quitting end ends ended ending cancel canceled cancelled cancelling canceling"
    " cancellation unsubscribe unsubscribed opt opted revoke revoked"
    " remove removed baja alto cancelar cancele cancelaron cancelado parar".split()
)
# Words too common to make every message worth a closer look, but for what follows them.
TRIGGER_PAIRS: Final = frozenset(
    (first, second)
    for firsts, seconds in (
        (
            "dont not never no",
            "bill charge email mail mas more need call calls calling send sending",
        ),
        (
            "dont not never no",
            "llamen llame cobren cobre quiero sigan esten anden marquen hablen",
        ),
        ("no", "recibir"),
        ("a", "rest"),
        ("ya", "no"),
        ("get off", "off of"),
        ("terminar salir salirme acabar", "el del mi con de"),
    )
    for first in firsts.split()
    for second in seconds.split()
)
