"""A certificate holds only what the kit found: nothing unearned, said twice or misleading."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from temoin_sdk.report import Certificat, EpreuveCertifiee, EpreuveIgnoree, from_octets, to_octets
from temoin_sdk.vocabulary import ContenuCertifie, EtatEpreuve, NiveauEpreuve, Voie

OUI = EpreuveCertifiee(code="a", niveau=NiveauEpreuve.OBLIGATOIRE, etat=EtatEpreuve.REUSSIE)
FACULTATIVE = EpreuveCertifiee(code="b", niveau=NiveauEpreuve.RECOMMANDE, etat=EtatEpreuve.REUSSIE)
RATEE = EpreuveCertifiee(code="c", niveau=NiveauEpreuve.OBLIGATOIRE, etat=EtatEpreuve.ECHOUEE)
SAUTEE = EpreuveIgnoree(code="a", niveau=NiveauEpreuve.OBLIGATOIRE, motif="Le logiciel n'en a pas.")


def test_it_has_one_spelling(certificat: Certificat) -> None:
    assert from_octets(Certificat, to_octets(certificat)) == certificat


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"epreuves": ()}, "aucune épreuve obligatoire"),
        ({"epreuves": (FACULTATIVE,)}, "aucune épreuve obligatoire"),
        ({"epreuves": (OUI, RATEE)}, "c a échoué"),
        ({"epreuves": (FACULTATIVE, OUI)}, "dans l'ordre"),
        ({"epreuves": (OUI, OUI)}, "une seule fois"),
        ({"epreuves": (OUI,), "ignorees": (SAUTEE,)}, "à la fois passée et ignorée"),
        ({"graine": None}, "scénario"),
        ({"voie": Voie.FEUILLE}, "scénario"),
        ({"distribution": None}, "mapping"),
        ({"contenu": ContenuCertifie.MAPPING}, "mapping"),
        ({"plugin": "Net Fictif"}, "plugin"),
        ({"distribution": "temoin netfictif, appeler le 0123456789"}, "distribution"),
        ({"personnes": -1}, "personnes"),
    ],
)
def test_what_contradicts_itself_is_refused(
    certificat_of: Callable[..., Certificat], members: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        certificat_of(**members)


@pytest.mark.parametrize("text", ["", "a\nb", "a\x1b[2J", "a\u202eb", "a\u200bb", "a\u2028b", "\ufeffa", "x" * 401])
def test_a_reason_is_one_plain_line(text: str) -> None:
    with pytest.raises(ValidationError):
        EpreuveIgnoree(code="a", niveau=NiveauEpreuve.OBLIGATOIRE, motif=text)


@pytest.mark.parametrize("text", ["Le logiciel n’en a pas\u202f: « non »\xa0!", "Œuvres d'Évian (n° 3)"])
def test_french_typography_is_plain(text: str) -> None:
    assert EpreuveIgnoree(code="a", niveau=NiveauEpreuve.OBLIGATOIRE, motif=text).motif == text
