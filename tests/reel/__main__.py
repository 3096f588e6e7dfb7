"""What `make reel` runs: go the whole way, say in French what was compared.

Exit codes: 0 all equal, 1 a difference or a command that failed, 2 no data.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from reel.commands import CommandFailed
from reel.expected import MEMBRES
from reel.journey import SOURCES, Journey, travel
from reel.records import Lignes
from reel.resources import find_folder, say_absent
from reel.statements import Tables

_LIBELLES = {Lignes.nom: "lignes des fichiers (RecordSource)", Tables.nom: "tables SQLite (SqlSource)"}


def main() -> int:
    """Go the whole way in a folder that is removed at the end."""
    donnees = find_folder()
    if absent := say_absent(donnees):
        print(absent, file=sys.stderr)
        return 2
    with TemporaryDirectory(prefix="temoin-reel-") as dossier:
        try:
            journey = travel(donnees, Path(dossier))
        except CommandFailed as error:
            print(f"Une commande a échoué : {error}", file=sys.stderr)
            return 1
        return 1 if _tell(donnees, journey) else 0


def _tell(donnees: Path, journey: Journey) -> list[str]:
    """Print what was compared; gives back the differences."""
    expected = journey.expected
    print(f"Données   : {donnees}")
    print(
        f"            {journey.ressources['Patient']} personnes, {len(expected.finess)} organismes, "
        f"{sum(journey.ressources.values())} ressources"
    )
    print(f"Fenêtre   : {expected.fenetre.libelle()}")
    differences: list[str] = []
    for nom in SOURCES:
        for projet, membres in MEMBRES.items():
            found = journey.acknowledged[nom, projet]
            compared, wrong = expected.compare(projet, found.comptes)
            differences += [f"{nom}, {projet} : {each}" for each in wrong]
            print(
                f"Compté    : {_LIBELLES[nom]}, projet {projet} : {len(expected.finess)} × {len(membres)} = {compared} "
                f"comptes comparés à expected.json, {len(wrong)} différence(s) ; accusé n° {found.recu.reception}"
            )
    for projet in MEMBRES:
        lignes, tables = (journey.acknowledged[nom, projet].rapport.etablissements for nom in SOURCES)
        unequal = [one.finess for one, other in zip(lignes, tables, strict=True) if one != other]
        differences += [f"{projet} : {finess} n'a pas les mêmes feuilles par les deux sources" for finess in unequal]
        print(
            f"Feuilles  : projet {projet} : mêmes chiffres et mêmes racines par les deux sources pour "
            f"{len(lignes) - len(unequal)} établissements sur {len(lignes)}"
        )
    for step, secondes in journey.secondes.items():
        print(f"Durée     : {secondes:5.1f} s  {step}")
    for difference in differences:
        print(f"Différence : {difference}")
    print("Résultat  : tout est égal." if not differences else f"Résultat  : {len(differences)} différence(s).")
    return differences


if __name__ == "__main__":
    sys.exit(main())
