"""What bases are drawn from: windows, establishments, identifiers, words, each in every spelling worth trying."""

from datetime import date
from typing import Any

from temoin_sdk.campaigns import Reglages
from temoin_sdk.testing.reference.facts import Etablissement
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre

FENETRES = tuple(
    Fenetre(debut=date.fromisoformat(debut), fin=date.fromisoformat(fin))
    for debut, fin in (
        ("2026-08-01", "2026-11-01"),
        ("2026-03-01", "2026-04-01"),
        ("2023-12-01", "2024-03-01"),
        ("2024-02-29", "2024-05-31"),
        ("2024-02-01", "2024-02-29"),
        ("2026-07-25", "2026-10-25"),
        ("2026-10-25", "2026-11-25"),
        ("2025-12-29", "2026-03-29"),
        ("2026-03-29", "2026-03-30"),
        ("2025-11-01", "2026-02-01"),
    )
)
"""Three months and one, both clock changes inside and on either bound, 29 February inside and on either bound."""

ETABLISSEMENTS = (
    Etablissement("010780054", "Europe/Paris", ("S1", "S1-annexe")),
    Etablissement("970400024", "Indian/Reunion", ("12",)),
    Etablissement("970100400", "America/Guadeloupe", ("GP", "13")),
    Etablissement("970500005", "America/Miquelon", ("SPM",)),
    Etablissement("980600027", "Pacific/Wallis", ("WF",)),
    Etablissement("980500003", "Indian/Mayotte", ("Dzaoudzi", "Mamoudzou")),
    Etablissement("2A0000154", "Europe/Paris", ("été",)),
    Etablissement("2B0000020", "Atlantic/Azores", ("zone déclarée",)),
)
OUT_OF_SCOPE, UNLISTED = "HORS", "FANTOME"
"""A site that belongs to no establishment of the project, and one that the software does not even list."""

PERSONNES: tuple[tuple[Any, ...], ...] = (
    (7, "7", "7   "),
    ("abc", "abc  "),
    ("ABC",),
    ("âbc", "a\u0302bc", "a\u0302bc  "),
    ("007", "007 "),
    ("Éléonore", "E\u0301le\u0301onore"),
    (12, "12", "12 "),
    ("\u212bke", "\u00c5ke", "A\u030ake "),
    (" 7",),
    ("éléonore", "e\u0301le\u0301onore"),
    ("6f1c2a9e-58b0-4d0e-9a63-0b6a1f1f2c77",),
    (70000000000,),
    *((f"R{number:03}", f"R{number:03} ") for number in range(1, 120)),
)
"""Each line is one person, in the ways its identifier may be spelled; no two lines are the same person."""

AUTEURS = ("humain", None, "automate", "HUMAIN ", "robot", "Automate", "", "humain", "humain", None)
STATUTS_PROJET = (
    "actif",
    "en_preparation",
    "suspendu",
    "termine",
    "annule",
    "Actif",
    " EN_PREPARATION",
    "brouillon",
    "",
)
STATUTS_EVENEMENT = (None, "planifie", "annule", "valide", "termine", "ANNULE ", "reporte", "", "Planifie")
DESTINATAIRES = (None, "professionnel", "usager", "Professionnel", "USAGER ", "confrere", "")
MOTIFS = (None, None, None, "refus_usager", "autre", "sejour_bref", "Accueil_Urgence ", "inconnu_au_bataillon", "")
CLES: tuple[Any, ...] = (None, None, None, "m-1", "m-2", "m-1 ", " m-2", "M-1", "", 3, "3")

MOTIFS_ADMIS = (("refus_usager", "sejour_bref", "accueil_urgence"), (), ("autre",))

DROPPED = (
    *[frozenset[Relation]()] * 8,
    frozenset({Relation.SEJOURS}),
    frozenset({Relation.MISES_A_JOUR}),
    frozenset({Relation.PROJETS}),
    frozenset({Relation.EVENEMENTS, Relation.PRESCRIPTIONS}),
    frozenset({Relation.DEPOTS_DMP}),
    frozenset({Relation.MESSAGES_MSS, Relation.ECHANGES_EPARCOURS}),
)
"""Relations the source cannot supply: mostly none."""

REGLAGES = tuple(
    Reglages(
        base_personnes=base_personnes,
        projet=projet,
        agenda=agenda,
        dmp=dmp,
        motifs_admis=motifs_admis,
        invariants=invariants,
    )
    for base_personnes in ("fenetre", "annee")
    for projet in ("dernier_jour", "un_jour")
    for agenda in ("fenetre", "tout")
    for dmp in ("accompagnees_eligibles", "sans_condition")
    for motifs_admis in MOTIFS_ADMIS
    for invariants in (True, False)
)
"""Every combination of settings."""
