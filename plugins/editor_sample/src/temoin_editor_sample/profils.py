"""How each establishment uses its software: some reach the targets, others clearly do not."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Profil:
    """Usage of one establishment.

    `tenue`, `projet`, `agenda` and `dmp` are shares of persons in the last three months; `mss` is messages per person
    in three months; `ecrits` and `soins` are per person and month; `ordonnances` and `eparcours` per month. `court`
    says that stays are brief; `hors_projet` are the reasons why some persons cannot have a projet d'accueil.
    `voisins` are the establishments that accompany some of the same persons at the same time.
    """

    personnes: int
    tenue: float
    projet: float
    agenda: float
    dmp: float
    mss: float
    mode: str
    naissances: tuple[int, int]
    ecrits: float = 3.0
    soins: float = 0.0
    ordonnances: int = 0
    eparcours: int = 0
    chambres: int = 0
    court: bool = False
    hors_projet: tuple[str, ...] = ("REFUS",)
    part_hors_projet: float = 0.02
    boite: bool = True
    voisins: tuple[str, ...] = ()


_AGES: Final = (1928, 1960)
_ADULTES: Final = (1956, 2005)

# fmt: off
PROFILS: Final[dict[str, Profil]] = {
    "EHP-GLY": Profil(personnes=130, tenue=0.985, projet=0.97, agenda=0.975, dmp=0.86, mss=1.2, mode="PERMANENT",
                      naissances=_AGES, ecrits=5, soins=4, ordonnances=60, eparcours=4, chambres=90),
    "EHP-CAS": Profil(personnes=90, tenue=0.975, projet=0.955, agenda=0.7, dmp=0.83, mss=0.4, mode="PERMANENT",
                      naissances=_AGES, ecrits=4, soins=4, ordonnances=22, chambres=64),
    "RES-BRU": Profil(personnes=70, tenue=0.5, projet=0.35, agenda=0.3, dmp=0.1, mss=0, mode="PERMANENT",
                      naissances=_AGES, ecrits=1, chambres=60, boite=False),
    "CAJ-TIL": Profil(personnes=0, tenue=0, projet=0, agenda=0, dmp=0, mss=0, mode="JOUR",
                      naissances=_AGES, boite=False),
    "MAS-VAL": Profil(personnes=60, tenue=0.72, projet=0.3, agenda=0.7, dmp=0.2, mss=0.2, mode="PERMANENT",
                      naissances=_ADULTES, ecrits=5, soins=3, ordonnances=9, chambres=62),
    "ESA-HOR": Profil(personnes=180, tenue=0.98, projet=0.97, agenda=0.98, dmp=0.4, mss=0.85, mode="JOUR",
                      naissances=_ADULTES, ecrits=2),
    "SAV-FIC": Profil(personnes=110, tenue=0.985, projet=0.975, agenda=0.97, dmp=0.84, mss=1.05, mode="DOMICILE",
                      naissances=_ADULTES, eparcours=12),
    "SSI-MAY": Profil(personnes=120, tenue=0.96, projet=0.5, agenda=0.98, dmp=0.3, mss=0.95, mode="DOMICILE",
                      naissances=_AGES, soins=5, ordonnances=14, eparcours=25),
    "SAD-LUN": Profil(personnes=260, tenue=0.6, projet=0.45, agenda=0.96, dmp=0.15, mss=0.12, mode="DOMICILE",
                      naissances=_AGES, ecrits=1.5, eparcours=6, voisins=("EHP-GLY", "RES-BRU")),
    "MEC-ZET": Profil(personnes=80, tenue=0.985, projet=0.98, agenda=0.55, dmp=0.12, mss=0.2, mode="PERMANENT",
                      naissances=(2009, 2021), ecrits=4, chambres=50, court=True),
    "CHR-ESC": Profil(personnes=170, tenue=0.78, projet=0.6, agenda=0.4, dmp=0.14, mss=0.7, mode="HEBERGEMENT",
                      naissances=_ADULTES, ecrits=2, chambres=70, court=True,
                      hors_projet=("URGENCE", "ANONYME", "BREF", "INS"), part_hors_projet=0.24),
    "PJM-BOU": Profil(personnes=240, tenue=0.97, projet=0.975, agenda=0.97, dmp=0, mss=0, mode="MANDAT",
                      naissances=_ADULTES, ecrits=1.5, boite=False, voisins=("EHP-GLY", "ESA-HOR", "SAD-LUN")),
}
# fmt: on

ACTIVITES: Final = (
    "Atelier mémoire",
    "Gymnastique douce",
    "Café des familles",
    "Chorale",
    "Potager",
    "Groupe de parole",
)
RENDEZ_VOUS: Final = (
    "Entretien avec le référent",
    "Consultation",
    "Visite de la famille",
    "Bilan",
    "Démarche administrative",
)
CIBLES: Final = ("Sommeil", "Repas", "Humeur", "Mobilité", "Douleur", "Relations", "Autonomie", "Famille")
TEXTES: Final = (
    "Rien à signaler.",
    "Échange avec la famille.",
    "Refus partiel, à revoir demain.",
    "Amélioration nette.",
)
