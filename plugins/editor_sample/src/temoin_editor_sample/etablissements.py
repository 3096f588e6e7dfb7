"""The gestionnaire « Les Horizons Fictifs » and its twelve establishments: invented names, invented FINESS numbers.

The numbers have a valid key and lie in blocks (99 9…) where no real one was found. The software itself never stores
them: it knows an establishment by its internal code, so a configuration has to map the one to the other.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from temoin_sdk.vocabulary import Secteur
from temoin_sdk.windows import months_before

EJ: Final = "699990099"
"""FINESS of the gestionnaire (entité juridique)."""

SIREN: Final = "999990005"
"""SIREN of the gestionnaire; it passes the FINESS key too, as every SIREN does."""

FIN_PAR_DEFAUT: Final = date(2026, 10, 31)
"""Last day of the data when no other is asked for."""


@dataclass(frozen=True, slots=True)
class Etablissement:
    """What a configuration says of one establishment; `categorie` is the FINESS category, `fuseau` an IANA name."""

    code: str
    finess: str
    nom: str
    categorie: int
    secteur: Secteur
    fuseau: str
    mise_en_service: date


@dataclass(frozen=True, slots=True)
class _Fiche:
    code: str
    finess: str
    nom: str
    categorie: int
    secteur: Secteur
    mois_en_service: int
    fuseau: str = "Europe/Paris"


_FICHES: Final = (
    _Fiche("EHP-GLY", "699990008", "EHPAD Les Glycines Imaginaires", 500, Secteur.PA, 36),
    _Fiche("EHP-CAS", "2A9990009", "EHPAD U Castagnu Fintu", 500, Secteur.PA, 20),
    _Fiche("RES-BRU", "019990001", "Résidence autonomie Les Brumes Inventées", 202, Secteur.PA, 14),
    _Fiche("CAJ-TIL", "699990016", "Accueil de jour Les Tilleuls Supposés", 207, Secteur.PA, 2),
    _Fiche("MAS-VAL", "679990002", "MAS du Val Inexistant", 255, Secteur.PH, 1),
    _Fiche("ESA-HOR", "389990003", "ESAT L'Horizon Factice", 246, Secteur.PH, 30),
    _Fiche("SAV-FIC", "970499901", "SAVS Ravine-Fiction", 446, Secteur.PH, 22, "Indian/Reunion"),
    _Fiche("SSI-MAY", "980599906", "SSIAD du Lagon Imaginé", 354, Secteur.DOM, 16, "Indian/Mayotte"),
    _Fiche("SAD-LUN", "699990024", "Service autonomie à domicile Pleine Lune", 460, Secteur.DOM, 18),
    _Fiche("MEC-ZET", "970499919", "MECS Les Zétoiles Prétendues", 177, Secteur.PDE, 24, "Indian/Reunion"),
    _Fiche("CHR-ESC", "759990005", "CHRS L'Escale de Nulle-Part", 214, Secteur.AHI, 15),
    _Fiche("PJM-BOU", "139990006", "Service mandataire La Boussole de Papier", 340, Secteur.PJM, 26),
)


def etablissements_at(fin: date) -> tuple[Etablissement, ...]:
    """The twelve establishments for data that end on `fin`: go-live dates are counted back from it."""
    lendemain = fin + timedelta(days=1)
    return tuple(
        Etablissement(
            fiche.code,
            fiche.finess,
            fiche.nom,
            fiche.categorie,
            fiche.secteur,
            fiche.fuseau,
            months_before(lendemain, fiche.mois_en_service),
        )
        for fiche in _FICHES
    )


ETABLISSEMENTS: Final = etablissements_at(FIN_PAR_DEFAUT)
"""The establishments at the default end of the data; use `etablissements_at` for another end."""
