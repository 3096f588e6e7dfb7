"""A certificate in French, for whoever issued it, verifies it or sees it beside figures."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from temoin_sdk.rates import format_nombre
from temoin_sdk.report.bounded import read_instant
from temoin_sdk.report.certificate import Certificat, EpreuveCertifiee
from temoin_sdk.vocabulary import ContenuCertifie, EtatEpreuve, NiveauEpreuve, Voie
from temoin_sdk.windows import jour_en_lettres

VOIES: Final[Mapping[Voie, str]] = MappingProxyType(
    {
        Voie.SCENARIO: "scénario de la trousse",
        Voie.FEUILLE: "base de démonstration et feuille de personnes de l'éditeur",
    }
)

_CONTENUS: Final[Mapping[ContenuCertifie, str]] = MappingProxyType(
    {
        ContenuCertifie.PAQUET: "tous les fichiers du paquet",
        ContenuCertifie.MODULE: "le fichier du module",
        ContenuCertifie.MAPPING: "le fichier de mapping",
    }
)

CERTIFICAT_PROUVE: Final = (
    "Un certificat prouve que l'éditeur déclare avoir passé ces épreuves avec ce contenu-là. Il ne prouve pas que les "
    "chiffres d'un établissement sont vrais, ni que le plugin installé chez un client est resté le même : l'agent y "
    "compare l'empreinte avant de le citer, et personne d'autre que l'éditeur ne s'en porte garant."
)


def describe_certificat(certificat: Certificat) -> Iterator[str]:
    """What a certificate says, line by line."""
    whose = certificat.distribution or "fichier de mapping"
    yield f"Certificat de conformité : source « {certificat.plugin} » ({whose} {certificat.version})"
    issued = read_instant(certificat.delivre_le)
    when = f"{jour_en_lettres(issued.date())} à {issued:%H h %M} (UTC)"
    yield f"  Délivré le {when}, contrat {certificat.contrat}, trousse temoin-sdk {certificat.kit}"
    yield f"  Contenu couvert : {_CONTENUS[certificat.contenu]}, empreinte {certificat.empreinte_contenu}"
    yield f"  Voie : {VOIES[certificat.voie]}{_circumstances(certificat)}"
    yield (f"  Comparés : {_count(certificat.personnes, 'personne')}, {_count(certificat.faits, 'fait')}")
    passed = [one for one in certificat.epreuves if one.etat is EtatEpreuve.REUSSIE]
    needed = sum(one.niveau is NiveauEpreuve.OBLIGATOIRE for one in passed)
    yield f"  Épreuves réussies : {len(passed)}, dont {_count(needed, 'obligatoire')}"
    if failed := [one for one in certificat.epreuves if one not in passed]:
        yield f"  Épreuves recommandées manquées : {_codes(failed)}"
    if certificat.ignorees:
        yield f"  Épreuves ignorées, et pourquoi : {len(certificat.ignorees)}"
        for one in certificat.ignorees:
            yield f"    - {one.code} ({_niveau(one.niveau)}) : {one.motif}"


def describe_source(certificat: str | None) -> str:
    """What an agent can say of a source from the digest in its report: it knows no editor's key."""
    return "plugin non certifié" if certificat is None else "plugin certifié (signature à vérifier par l'ARS)"


def _circumstances(certificat: Certificat) -> str:
    engine = f", moteur {certificat.moteur}" if certificat.moteur else ", sans base SQL"
    return engine if certificat.graine is None else f"{engine}, graine {certificat.graine}"


def _codes(epreuves: list[EpreuveCertifiee]) -> str:
    return ", ".join(one.code for one in epreuves)


def _niveau(niveau: NiveauEpreuve) -> str:
    return "obligatoire" if niveau is NiveauEpreuve.OBLIGATOIRE else "recommandée"


def _count(number: int, word: str) -> str:
    return f"{format_nombre(number)} {word}{'s' if number > 1 else ''}"
