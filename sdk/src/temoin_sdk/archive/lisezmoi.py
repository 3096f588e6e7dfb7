"""The LISEZMOI of an archive: for somebody who finds the folder years later and knows nothing of Témoin.

It leaves the site with an export, so it holds what the report holds, and whom to call as the gestionnaire wrote it.
"""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from temoin_sdk.archive.layout import (
    CAMPAGNE,
    CERTIFICATS,
    CORRESPONDANCE,
    DETAILS,
    JOURS,
    MANIFESTE,
    PIECES,
    PURGE,
    RAPPORT,
    RECU,
    SQUELETTE,
    VERSIONS,
)
from temoin_sdk.report.models import Rapport
from temoin_sdk.windows import jour_en_lettres
from temoin_sdk.wording import DOSSIERS_PROUVENT, MESURES, RACINE_PROUVE, SIGNATURE_PROUVE, SQUELETTE_PROUVE

_WIDTH: Final = 100

FICHIERS: Final = (
    (RAPPORT, "le rapport signé, tel qu'il a été envoyé. " + SIGNATURE_PROUVE + " " + RACINE_PROUVE),
    (
        RECU,
        "l'accusé signé par le récepteur de l'ARS, une fois le rapport reçu. Il prouve ce qui a été reçu et quand, "
        "non que les chiffres sont vrais.",
    ),
    (CAMPAGNE, "les règles appliquées : le rapport cite l'empreinte de ce fichier."),
    (VERSIONS, "les programmes, plugins et logiciels qui ont compté."),
    (f"{SQUELETTE}/", "une feuille par personne accompagnée, sans rien qui la désigne. " + SQUELETTE_PROUVE),
    (f"{JOURS}/", "ce qui se compte par jour et non par personne : messages, documents, prescriptions, échanges."),
    (f"{CERTIFICATS}/", "les certificats des plugins. Ils ne prouvent pas que les chiffres sont vrais."),
    (
        f"{PIECES}/",
        "les documents dont des chiffres saisis ou donnés tout faits sont tirés, EN CLAIR : ils peuvent nommer des "
        "personnes. Leur empreinte est dans le rapport. Ils ne sont exportés que sur demande.",
    ),
    (
        f"{DETAILS}/",
        "DONNÉES PERSONNELLES pseudonymisées, chiffrées avec la clé de site : les faits derrière chaque feuille.",
    ),
    (
        f"{CORRESPONDANCE}/",
        "DONNÉES PERSONNELLES, chiffrées avec la clé de site : quel dossier est derrière quelle feuille. Ne sort pas.",
    ),
    (PURGE, "s'il existe : ce qui a été purgé à la fin de la conservation, et quand."),
    (MANIFESTE, "chemin, taille et SHA-256 de chacun des autres fichiers."),
)
"""Each file of an archive, and what it is."""


def write_lisezmoi(rapport: Rapport, repere: str, appeler: Iterable[str]) -> bytes:
    """The text, in UTF-8. `appeler` are the lines of whom to call."""
    return ("\n".join(_lines(rapport, repere, appeler)) + "\n").encode("utf-8")


def _lines(rapport: Rapport, repere: str, appeler: Iterable[str]) -> Iterator[str]:
    yield "PREUVES D'UNE MESURE D'USAGE DU DUI (Témoin)"
    yield "============================================"
    yield ""
    yield f"Organisme gestionnaire : FINESS {rapport.ej}"
    yield f"Projet : {rapport.projet}"
    yield f"Mesure {MESURES[rapport.mesure]} {rapport.fenetre.libelle()}, version {rapport.version}"
    yield f"Calculée le {rapport.calcule_le} (UTC) ; fenêtre finie le {jour_en_lettres(rapport.fenetre.dernier_jour)}"
    yield f"Repère : {repere}"
    yield ""
    yield "CE QUE CONTIENT CE DOSSIER"
    for name, what in FICHIERS:
        yield from _wrapped(f"{name} : {what}", "  - ")
    yield ""
    yield "CE QUE CELA PROUVE, ET CE QUE CELA NE PROUVE PAS"
    for sentence in (SIGNATURE_PROUVE, RACINE_PROUVE, SQUELETTE_PROUVE, DOSSIERS_PROUVENT):
        yield from _wrapped(sentence, "  - ")
    yield ""
    yield "VÉRIFIER"
    yield from _wrapped(f"Sur place, tout d'un coup : temoin evidence check {repere}", "  - ")
    yield from _wrapped(
        "Ailleurs, sans réseau et sans l'agent : temoin evidence export écrit un seul fichier, que « temoin-sdk verify "
        "FICHIER --cle signature.jwk --cle-accuse recepteur.jwk » vérifie et recompte.",
        "  - ",
    )
    yield from _wrapped(
        "Sans Témoin : sha256sum dit si un fichier est celui du manifeste ; rapport.jws et recu.jws sont des JWS "
        "(RFC 7515) que toute bibliothèque JOSE vérifie.",
        "  - ",
    )
    yield ""
    yield "QUI APPELER"
    for line in appeler:
        yield from _wrapped(line, "  - ")
    yield ""
    yield "À NE PAS FAIRE"
    yield from _wrapped("Ne rien modifier, renommer ni ajouter ici : la vérification le dirait.", "  - ")
    yield from _wrapped(
        "Ne pas envoyer ce dossier par courriel : il contient des données personnelles, même chiffrées. L'export les "
        "laisse sur place.",
        "  - ",
    )
    yield from _wrapped(
        "Ne pas effacer avant la fin de la conservation décidée par votre DPO ; alors, temoin evidence purge.", "  - "
    )


def _wrapped(sentence: str, mark: str) -> Iterator[str]:
    bound = sentence.replace(" :", "\xa0:").replace(" ;", "\xa0;").replace("« ", "«\xa0").replace(" »", "\xa0»")
    for line in textwrap.wrap(
        bound, _WIDTH, initial_indent=mark, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False
    ):
        yield line.replace("\xa0", " ")
