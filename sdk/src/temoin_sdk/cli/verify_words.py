"""What `temoin-sdk verify` says of a document: what it holds, what was checked, what that proves and what not."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from temoin_sdk.archive import Bilan
from temoin_sdk.archive.words import PROUVE, say_bilan
from temoin_sdk.certificates.words import CERTIFICAT_PROUVE, describe_certificat, describe_source
from temoin_sdk.report import Certificat, Rapport, Recu, read_instant
from temoin_sdk.report.messages import receipt_remarks
from temoin_sdk.report.models import ModeleSigne
from temoin_sdk.report.opening import Opened
from temoin_sdk.windows import jour_en_lettres
from temoin_sdk.wording import DOSSIERS_PROUVENT, MESURES, RACINE_PROUVE, SIGNATURE_PROUVE, SQUELETTE_PROUVE

_WIDTH: Final = 110
_UNSIGNED: Final = (
    "Sans la clé de qui l'a signé, rien ne prouve qui parle : n'importe qui a pu écrire ce document. Demander la clé "
    "publique (.jwk), comparer son empreinte au téléphone, puis relancer avec --cle."
)
_RECU_PROUVE: Final = (
    "Un accusé prouve que ce récepteur a reçu ce rapport, tel quel, à cet instant, et ce qu'il en a jugé. Il ne prouve "
    "pas que les chiffres du rapport sont vrais."
)
_SANS_REGISTRE: Final = (
    "Sans la clé du registre, rien ne prouve que cette réception y est inscrite : le récepteur pourrait la nier. "
    "Demander cette clé à l'ARS, puis relancer avec --registre."
)
_REGISTRE_PROUVE: Final = (
    "La place au registre prouve que cette réception est parmi les entrées que cette tête signée fixe. Elle ne prouve "
    "pas que tout le monde a vu la même tête : cela demande de la comparer à d'autres."
)
_PAS_REFAIT: Final = (
    "Les taux et les cibles ne sont pas recalculés ici : ils demandent la campagne et la convention, et le récepteur "
    "les refait avec les siennes."
)
_SCELLES: Final = (
    "ce qui est chiffré (détails, et correspondance entre feuilles et dossiers) : seule la clé du site l'ouvre"
)
_DANS_LES_PREUVES: Final = f"{SQUELETTE_PROUVE} Il est dans le dossier de preuves, et non dans ce fichier."


def say_opened(name: str, opened: Opened[ModeleSigne], compared: Sequence[str]) -> Iterator[str]:
    """Every line about one document; `compared` are further checks that held."""
    yield from _describe(opened.contenu)
    yield f"  Empreinte de ce qui est signé : {opened.empreinte}"
    yield f"  Empreinte du document, signature comprise : {opened.empreinte_jws}"
    yield ""
    yield f"Vérifié dans {name}, sans réseau :"
    yield "  - l'enveloppe : ses trois parties, son usage, une seule écriture possible"
    yield "  - le contenu : complet, écrit à l'octet près comme le format le veut, sans contradiction interne"
    for sentence in compared:
        yield f"  - {sentence}"
    if opened.verifie:
        yield f"  - la signature : c'est bien la clé {opened.header.kid} qui a signé ce texte, inchangé depuis"
    else:
        yield "  SIGNATURE NON VÉRIFIÉE : aucune clé n'est donnée"
        yield f"    Le texte nomme la clé {opened.header.kid}"
    yield ""
    yield "Ce que cela prouve, et ce que cela ne prouve pas :"
    for sentence in _bounds(opened, registre=any(one.startswith("le registre") for one in compared)):
        yield from _wrapped(sentence)


def say_archive(name: str, bilan: Bilan) -> Iterator[str]:
    """Every line about an exported archive without fault."""
    if bilan.rapport is not None:
        yield from _describe_rapport(bilan.rapport.contenu)
    yield ""
    yield f"Vérifié dans {name}, sans réseau :"
    for sentence in say_bilan(bilan):
        yield from _wrapped(sentence)
    if bilan.retenus or not bilan.scelles:
        yield "Restés sur place, et non vérifiés ici :"
        for sentence in (*bilan.retenus, _SCELLES):
            yield from _wrapped(sentence)
    yield ""
    yield "Ce que cela prouve, et ce que cela ne prouve pas :"
    for sentence in (*(() if bilan.verifie else (_UNSIGNED,)), *PROUVE, _PAS_REFAIT):
        yield from _wrapped(sentence)


def _describe(contenu: ModeleSigne) -> Iterator[str]:
    match contenu:
        case Rapport():
            return _describe_rapport(contenu)
        case Recu():
            return _describe_recu(contenu)
        case Certificat():
            return describe_certificat(contenu)
    raise TypeError(type(contenu).__name__)


def _describe_rapport(rapport: Rapport) -> Iterator[str]:
    yield f"Rapport signé : projet {rapport.projet}, mesure {MESURES[rapport.mesure]} {rapport.fenetre.libelle()}"
    yield f"  Organisme {rapport.ej}, installation {rapport.installation}"
    yield f"  Version {rapport.version}, rang {rapport.numero} de la chaîne, calculé le {_moment(rapport.calcule_le)}"
    yield f"  Adressé au récepteur {rapport.destinataire}"
    yield f"  Campagne {rapport.campagne.code}, fichier d'empreinte {rapport.campagne.empreinte}"
    yield f"  Établissements comptés : {_listed(one.finess for one in rapport.etablissements)}"
    if rapport.ecartes:
        yield f"  Établissements écartés : {_listed(one.finess for one in rapport.ecartes)}"
    for source in rapport.sources:
        plugin = f"{source.plugin} {source.plugin_version}"
        yield f"  Source {source.source} : {source.logiciel}, {plugin}, {describe_source(source.certificat)}"


def _describe_recu(recu: Recu) -> Iterator[str]:
    yield f"Accusé de réception n° {recu.reception} du récepteur {recu.destinataire}"
    yield f"  Reçu le {_moment(recu.recu_le)}, jugé selon la politique {recu.politique}"
    yield f"  Rapport d'empreinte {recu.empreinte_rapport}"
    yield f"  Texte signé d'empreinte {recu.empreinte_jws}, par la clé {recu.kid}"
    yield f"  Au registre : entrée de rang {recu.registre.rang}, tête de {recu.registre.taille} entrées"
    yield f"  Établissements jugés : {_listed(one.finess for one in recu.verdicts)}"
    for remark in receipt_remarks(recu):
        yield f"  {remark}"


def _bounds(opened: Opened[ModeleSigne], *, registre: bool) -> Iterator[str]:
    if not opened.verifie:
        yield _UNSIGNED
    match opened.contenu:
        case Rapport():
            yield from (SIGNATURE_PROUVE, RACINE_PROUVE, _DANS_LES_PREUVES, DOSSIERS_PROUVENT, _PAS_REFAIT)
        case Recu():
            yield from (SIGNATURE_PROUVE, _RECU_PROUVE, _REGISTRE_PROUVE if registre else _SANS_REGISTRE)
        case Certificat():
            yield from (SIGNATURE_PROUVE, CERTIFICAT_PROUVE)


def _wrapped(sentence: str) -> Iterator[str]:
    """The sentence in lines of a terminal, none of which begins with a colon or a semicolon."""
    bound = sentence.replace(" :", "\xa0:").replace(" ;", "\xa0;")
    for line in textwrap.wrap(bound, _WIDTH, initial_indent="  - ", subsequent_indent="    "):
        yield line.replace("\xa0", " ")


def _listed(finess: Iterator[str]) -> str:
    return ", ".join(finess) or "aucun"


def _moment(instant: str) -> str:
    moment = read_instant(instant)
    return f"{jour_en_lettres(moment.date())} à {moment:%H h %M} (UTC)"
