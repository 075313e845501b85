"""The wordings behind `grave`, as patterns over normalised words."""

from typing import Final

_KIN = (
    "(?:mother|mom|mum|mama|father|dad|papa|wife|husband|spouse|partner|son|daughter|child|baby|brother|sister|grandmother|grandma"
    "|grandfather|grandpa|aunt|uncle|parent|patient|friend|cousin|he|she|they|madre|padre|esposo|esposa|marido|mujer|hijo|hija|bebe"
    "|hermano|hermana|abuelo|abuela|tio|tia|suegra|suegro|paciente|el|ella|senor|senora|mi)"
)
# Idioms and things that die; taken out before anything is judged.
HARMLESS: Final = (
    r"\b(?:dying (?:to|for|of (?:curiosity|boredom|laughter))|(?:phone|battery|cell|car|laptop|computer|tablet|charger|internet|wifi|line|call|link"
    r"|website|site|page|app|connection|screen|truck) (?:just |has |is |was |had |keeps? |almost |about to |went |already )*(?:died|dead|dying|die|dies)"
    r"|dead (?:battery|phone|link|line|end|wrong|serious|tired|broke|beat|zone|on)|die laughing|died laughing|dying laughing"
    r"|over my dead body|drop dead|deadline|(?:id|i would) (?:rather|sooner) die|muero de (?:risa|ganas|hambre|curiosidad|sueno)|me muero (?:de|por)"
    r"|(?:se )?(?:me )?murio (?:el|la|mi) (?:telefono|celular|bateria|carro|coche|internet|computadora|cel)"
    r"|(?:telefono|celular|bateria|carro|cel) (?:se )?(?:me )?(?:murio|muerto|muerta)|bateria muerta"
    r"|(?:bill|price|prices|cost|amount|total|this|balance|statement|you|yall|you guys|fees?|interest|stress) (?:is |are |almost |will |gonna |going to |about |just |gave me |to |be |literally )*"
    r"(?:killing (?:me|us)|kill me|gave me a heart attack|(?:a )?heart attack|be the death of me)"
    r"|suicide prevention hotline bill|bleeding (?:me|us|money)|dying inside|killing time|died down)\b"
)
DEATH: Final = (
    r"\b(?:(?:passed|pased|past) (?:away|on (?:last|in|yesterday|this|to|january|february|march|april|may|june|july|august|september|october|november|december|\d))"
    rf"|{_KIN} (?:just |recently |has |had |already |sadly |unfortunately |also |\w+ ){{0,2}}(?:died|passed (?:last|in|this|yesterday|on|from|two|a|three|\d+)|is dead|was killed|expired (?:last|in|on))"
    rf"|{_KIN} (?:has |had )?passed$"
    r"|(?:is|was|are|the|now|been|of|for) deceased|deceased|(?:is|hes|shes|he is|she is|been|mom|dad|husband|wife) dead|dead (?:now|since|for|person|patient|man|woman|people)"
    r"|died (?:in|on|last|this|yesterday|from|of|at|two|three|a|\d+|january|february|march|april|may|june|july|august|september|october|november|december)|has died|have died|(?:he|she|who|patient) died"
    r"|no longer (?:with us|alive|living|among us)|(?:not|isnt|aint) (?:alive|living)(?: anymore)?|lost (?:my|our) (?:mother|mom|father|dad|wife|husband|son|daughter|baby|child|brother|sister|grandma|grandpa|grandmother|grandfather)(?! s?job)"
    r"|death (?:certificate|of my|of our|in the family)|(?:her|his|my \w+s|moms|dads|mothers|fathers|husbands|wifes) (?:death|funeral|passing|estate)|funeral|obituary|the estate of|executor|in heaven|rest in peace|rip (?:mom|dad|mama|papa)"
    r"|fallecio|fallecido|fallecida|fallecieron|ha fallecido|falleci[oa]|murio|murieron|ha muerto|(?:esta|estan) muert[oa]s?|muert[oa] (?:hace|desde|en)|acta de defuncion|defuncion|difunt[oa]|ya no (?:vive|esta con nosotros|esta entre nosotros)"
    r"|se nos fue|(?:en )?paz descanse|perdi a mi (?:madre|padre|esposo|esposa|hijo|hija|hermano|hermana|abuela|abuelo|mama|papa|bebe)|funeral)\b"
)
EMERGENCY: Final = (
    r"\b(?:chest (?:pain|pains|hurts|is hurting|tightness|pressure|is tight)|pain in (?:my|his|her|the) chest|my chest (?:\w+ ){0,2}(?:hurts|tight|hurting|pain)|heart attack|having a (?:stroke|seizure)|stroke symptoms|seizures?|seizing"
    r"|(?:cant|cannot|can not|can barely|trouble|difficulty|hard to|unable to|struggling to|not able to|having trouble) (?:breath|breathe|breathing|breth)|not breathing|stopped breathing|short(?:ness)? of breath|choking|turning blue|passed out|unconscious|unresponsive|not responding|wont wake up|collapsed|fainted"
    r"|suicid\w*|kill(?:ing)? (?:myself|him ?self|her ?self|themsel\w+)|end(?:ing)? my (?:own )?life|take my (?:own )?life|want to die|wanna die|better off dead|hurt(?:ing)? myself|harm(?:ing)? myself|self harm|cut(?:ting)? myself|dont want to (?:live|be alive|be here anymore|wake up)|no reason to live|jump off"
    r"|overdos\w*|od(?:ed|ing) on|took (?:too many|all (?:my|the|of my)|a whole bottle) (?:of )?(?:\w+ )?(?:pills|meds|medication|tablets)|took too many|poison(?:ed|ing)|(?:is|am|im|keeps?|wont stop|cant stop|been|still|started|bad|heavy|heavily) bleeding|bleeding (?:a lot|badly|heavily|out|bad|so|from|again|and|wont|everywhere|profusely)|bleeding$|losing (?:a lot of |so much )?blood|blood everywhere|coughing up blood|vomiting blood|throwing up blood"
    r"|allergic reaction|anaphyla\w*|throat (?:is )?(?:closing|swelling|swollen)|face (?:is )?(?:drooping|numb|swelling)|cant (?:move|feel) my (?:arm|legs?|face|side)|slurred speech|slurring|call 911|need an ambulance|ambulance (?:now|please)|(?:medical|an) emergency(?! (?:room|visit|dept|department|bill|contact|charge|fund))|its an emergency|this is an emergency|water broke|contractions"
    r"|dolor (?:en|de|del) (?:el |mi )?pecho|me duele (?:mucho )?el pecho|(?:presion|opresion) en el pecho|no puedo respirar|no puede respirar|no respira|me cuesta respirar|falta de aire|me falta el aire|me estoy ahogando|se esta ahogando|infarto|ataque al corazon|derrame cerebral|convulsion\w*|convulsiona\w*"
    r"|me quiero morir|quiero morir(?:me)?|no quiero vivir|quitarme la vida|matarme|me voy a matar|suicid\w*|hacerme dano|sobredosis|me tome (?:todas|muchas|demasiadas) (?:las )?pastillas|estoy sangrando|esta sangrando|sangrando mucho|sangrado (?:fuerte|abundante|que no para)|mucha sangre|hemorragia|se desmayo|me desmaye|inconsciente|no despierta|reaccion alergica|se me cierra la garganta|es una emergencia|una ambulancia|llamen al 911|envenen\w*)\b"
)
_MEDICINE = (
    "(?:medicine|medication|medications|meds|med|pills?|antibiotics?|ibuprofen|tylenol|advil|aspirin|aleve|acetaminophen|insulin|metformin|lisinopril|prednisone|amoxicillin|steroids?"
    "|painkillers?|inhaler|ointment|blood thinners?|dose|dosage|prescription|rx|refills?|vaccine|shot|vitamins?|medicina|medicinas|medicamentos?|pastillas?|antibioticos?|ibuprofeno|insulina|receta|dosis|inyeccion|vacuna)"
)
CLINICAL: Final = (
    rf"\b(?:(?:can|should|could|do|may|is it (?:ok|okay|safe)(?: for me)?(?: to)?|when (?:can|do|should)|how (?:often|much|many)(?: \w+)? (?:can|should|do)) (?:i |he |she |we |my \w+ )?(?:still |keep |also |stop |just |safely |to )*(?:take|taking|use|using|give|mix|drink|eat|have) (?:\w+ ){{0,4}}{_MEDICINE}"
    rf"|(?:refill|renew|need|out of|ran out of|forgot|missed|skipped?|change|stop taking|took|taking|start taking|increase|lower|side effects? (?:of|from)|reaction to|call in|send in|prescribe) (?:\w+ ){{0,3}}{_MEDICINE}|{_MEDICINE} (?:\w+ ){{0,3}}(?:refill\w*|side effects?|isnt working|not working|making me|makes me|made me|interact\w*|dose|dosage|safe)"
    r"|side effects?|symptoms?|(?:my|her|his|the) (?:\w+ )?(?:rash|fever|wound|incision|stitches|swelling|infection|cough|headaches?|migraine|blood pressure|blood sugar|biopsy|ankle|knee|back|stomach|throat|ear|tooth|leg|arm|foot|head)"
    r" (?:\w+ ){0,2}(?:hurts?|hurting|worse|swollen|red|infected|itch\w*|bleeding|pain\w*|oozing|leaking|high|low|back|wont|open|opened|is|not healing)|(?:i|he|she|we|have|has|had|got|getting|having|with|running|feel|feeling|still|im|am) (?:\w+ ){0,2}(?:a fever|fever|dizzy|nauseous|nausea|vomiting|throwing up|rash|diarrhea|infection|in pain|pain in|headache|migraine|faint|sick to|sore throat|swelling|swollen|sick)\b"
    r"|(?:test|lab|blood|biopsy|mri|x ?ray|scan|ultrasound|strep|covid|pregnancy) (?:test )?results?|results (?:of|from) (?:my|the|his|her) (?:test|labs?|blood|biopsy|mri|xray|scan)|(?:ask|question for|talk to|message|speak (?:to|with)) (?:the |my |a |dr )?(?:doctor|nurse|dr|provider|pa)\b|medical (?:advice|question)|(?:is|was) (?:it|this|that) (?:contagious|normal (?:to|that|for) (?:\w+ )?(?:feel|bleed|hurt|swell|have pain|be sore))"
    r"|when (?:can|should) i (?:shower|drive|exercise|work out|go back to work|remove the (?:bandage|stitches))|do i (?:need to|have to|should i) fast|fasting (?:before|for)|(?:post|pre) op (?:instructions|care)|pregnant"
    r"|(?:puedo|debo|puede|deberia) (?:seguir )?(?:tomar|tomando|usar|dejar de tomar|darle|mezclar|comer|beber|banarme|manejar)\b(?: \w+){0,5}|efectos? secundarios?|sintomas?|tengo (?:\w+ )?(?:fiebre|mareos?|nauseas|vomito|dolor (?:de|en|fuerte)|tos|sarpullido|infeccion|diarrea|calentura)|me duele|me siento (?:mal|mareado|mareada|enfermo|enferma|peor)"
    r"|(?:resultados?) de (?:mis?|la|los|el|sus?)? ?(?:examen|examenes|analisis|laboratorio|sangre|prueba|pruebas|biopsia|estudios?|radiografia)|(?:surtir|renovar|resurtir) (?:mi|la|el)? ?(?:receta|medicina|medicamento)|(?:hablar con|pregunta para) (?:el|la|mi|un|una) (?:doctor|doctora|enfermera|medico)|la herida|embarazada)\b"
)
# Words of money next to a complaint make it a billing question ("why was I charged for the strep test results").
BILLING: Final = (
    r"\b(?:bill|billed|billing|bills|charge|charged|charges|charging|owe|owed|cost|costs|price|pay|paid|paying|payment|payments|balance|insurance|copay|deductible|covered|cover|coverage|claim|invoice|statement|refund|fee|fees|expensive|afford"
    r"|cobro|cobraron|cobran|cargo|cargos|debo|cuenta|pagar|pague|pago|pagos|saldo|seguro|costo|cuesta|factura|cubre|caro|reembolso)\b"
)
WRONG_NUMBER: Final = (
    r"\b(?:(?:wrong|incorrect|bad) (?:number|nmber|numer|numbr|person|phone|phone number|cell|contact|guy|lady|one to text)|wrong num|wrong #|new phone(?: \w+){0,2} who|who dis|new number(?: \w+){0,2} who|you (?:have|got|texted|are texting) the wrong"
    r"|(?:this|that) (?:isnt|is not|aint|is no longer|is not longer|no longer|number isnt|number is not|number is no longer|phone isnt|phone is not|number doesnt|number does not) (?:even )?(?:belong to |belongs to )?(?:(?:her|his|their|hers|my (?:moms|dads|sons|daughters|husbands|wifes|exs|ex)|\w{2,15}s?) )?(?:number|phone|cell|anymore|any more|any longer)"
    r"|this (?:isnt|is not|aint|is no longer) (?!(?:the |a |an |my |our |your |about |for |right|fair|correct|ok|okay|what|how|funny|cool|good|working|covered|enough|acceptable|urgent|clear|true|legit|real|helpful|why|possible|due|paid|in|that|accurate|going|because|necessary|at|on|over|gonna|legal|help|easy|sustainable|an?\b|me ))\w{2,15}$"
    r"|this is not (?:the )?(?:patient|person) (?:you|ur)|not (?:her|his|their|marias|my moms) (?:number|phone)|(?:dont|do not|doesnt|never) (?:even )?(?:know|knew|heard of) (?:any|anyone|anybody|no|a|an|this|that|who)(?: (?:person|named|called|by that name|\w+))?(?: \w+){0,2}$|dont know (?:any|anyone|anybody|nobody|no one|no) \w+|no(?: ?body| one) (?:here )?(?:by|with|named|called) (?:that|this|the)?|no one (?:here )?named|no \w{2,15} here|nobody here named|(?:there is|theres) no \w{2,15} (?:here|at this)|not the (?:person|patient|one) (?:you|ur|u)|not who you (?:think|are looking)|you must have (?:the wrong|me confused)|"
    r"i(?:m| am) not (?:maria|jose|juan|ana|leo|jon|john|mr|mrs|ms|the patient|a patient|that person|this person|who you|him|her|\w+ \w+ and dont)|im not \w{2,15} (?:sorry|wrong|lol|you)|never been (?:to|a patient|there|to your)|not (?:my|your|a) (?:doctor|clinic|patient)(?! bill)|(?:i )?(?:just )?got this (?:number|phone)|(?:had|have had|ive had) this (?:number|phone) (?:for|since)|changed (?:her|his|their) number|doesnt (?:live|use|have) (?:here|this (?:number|phone))(?: anymore)?|not (?:hers|his) anymore|isnt (?:her|him|them)(?: anymore)?|is not (?:her|him) anymore|reassigned number|who is (?:maria|jose|juan|ana|leo)$"
    r"|(?:numero|telefono|persona|celular) (?:es )?(?:equivocad[oa]|incorrect[oa]|erroneo)|se equivoc(?:o|aron|a)(?: de)?(?: (?:numero|persona|telefono))|equivocad[oa]s? de (?:numero|persona)|esta equivocado(?: de)?(?: numero)?$|(?:tiene|tienen) (?:el |un )?numero equivocado"
    r"|no conozco a (?:ningun|ninguna|nadie|esa|ese|esta|la|el|una|\w+)|no se quien es|(?:yo )?no soy (?:la |el |ella|ese|esa|esta )?(?!(?:de|quien|responsable|yo quien|rico|rica|capaz|su|un|una|muy|elegible|bueno|buena)\b)\w{2,15}|aqui no (?:vive|hay|esta|es)|ya no es (?:el |su )?(?:numero|telefono) de|este (?:ya )?no es (?:el |su )?(?:numero|telefono)|este numero (?:ya )?no (?:es|le pertenece|pertenece)|no es (?:el|su) numero de|quien es (?:maria|jose|juan|ana)$|numero nuevo quien)\b"
)
NOT_WRONG_NUMBER: Final = (
    r"\b(?:(?:sent|called|dialed|texted|gave|put|typed|entered|have|wrote) (?:\w+ ){0,4}wrong (?:number|phone) (?:for|of) my|wrong (?:number|phone) for my|wrong (?:account|member|policy|card|claim|group) number|not wrong number|right number|is this the wrong number)\b"
)
TRIGGERS: Final = frozenset(
    "passed pased past died deceased dead death killed expired funeral obituary estate executor heaven rip rest alive living longer lost passing dies die"
    " fallecio fallecido fallecida fallecieron muerto muerta muertos murio murieron defuncion difunto difunta vive fue descanse perdi"
    " chest heart stroke seizure seizures seizing breath breathe breathing breth choking blue unconscious unresponsive responding wake collapsed fainted"
    " suicide suicidal suicidio suicidarme kill killing myself life hurt hurting harm overdose overdosed overdosing od poisoned poisoning pills pain pains bleeding blood allergic"
    " anaphylaxis throat face slurred slurring 911 ambulance emergency contractions water live many took"
    " pecho respirar respira aire ahogando infarto ataque derrame convulsion convulsiones convulsionando morir morirme vivir vida matarme matar dano sobredosis sangrando"
    " sangrado sangre hemorragia desmayo desmaye inconsciente despierta alergica garganta emergencia ambulancia envenenado envenenada pastillas"
    " medicine medication medications meds med pill antibiotic antibiotics ibuprofen tylenol advil aspirin aleve acetaminophen insulin metformin lisinopril prednisone"
    " amoxicillin steroid steroids painkiller painkillers inhaler ointment thinner thinners dose dosage prescription rx refill refills vaccine shot vitamin vitamins"
    " medicina medicinas medicamento medicamentos pastilla antibiotico antibioticos ibuprofeno insulina receta dosis inyeccion vacuna"
    " side effects effect symptom symptoms rash fever wound incision stitches swelling swollen infection infected cough headache headaches migraine pressure sugar biopsy dizzy"
    " nauseous nausea vomiting throwing diarrhea faint sick sore results result doctor nurse dr provider pa medical contagious normal shower drive exercise fast fasting"
    " op pregnant hurts ankle knee stomach ear tooth leg arm foot head back symptomatic work"
    " tomar tomando secundarios secundario sintoma sintomas fiebre mareo mareos nauseas vomito dolor tos sarpullido infeccion diarrea calentura duele siento resultado"
    " resultados surtir renovar resurtir doctora enfermera medico herida embarazada banarme manejar"
    " wrong incorrect bad phone dis number know knew heard nobody isnt not no aint anymore wrongnumber changed"
    " equivocado equivocada equivocados incorrecto incorrecta erroneo equivoco equivocaron equivoca conozco soy aqui numero telefono quien".split()
)
