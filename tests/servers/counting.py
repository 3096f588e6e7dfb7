"""One count of a source over a base of a test, and one open reader of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from servers.bases import Base
from temoin_sdk import SqlSource
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.contract.settings import ReglagesSql
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.statement.reading import Reader, open_reader
from temoin_sdk.windows import Fenetre

FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
FINESS = "010780054"


def counted(base: Base, classe: type[SqlSource], *, fuseau: str = "Europe/Paris", delai: int = 60) -> Resultat:
    """What this class counts of site A, the establishment FINESS, over FENETRE."""
    with TemporaryDirectory() as dossier:
        demande = Demande(
            fenetre=FENETRE,
            campagne=load_campaign("generalisation-2025").campagne,
            ej="010000024",
            projet="projet-essai",
            etablissements=(EtablissementDemande(finess=FINESS, fuseau=fuseau),),
            fuseau_og=fuseau,
            sources=(
                SourceDemande(
                    nom="dui", plugin=classe.nom, reglages=base.reglages | {"delai": delai}, sites={"A": FINESS}
                ),
            ),
            cle_pseudonyme=b"p" * 32,
            cle_site=b"s" * 32,
            dossier=Path(dossier),
        )
        return count(demande, Catalogue({classe.nom: FoundSource(classe, "temoin-essai", "1")}, {}))


@contextmanager
def reading(base: Base, *, delai: int = 60) -> Iterator[Reader]:
    """An open reader of the base."""
    with open_reader(ReglagesSql(**base.reglages, delai=delai), "dui", FENETRE) as reader:
        yield reader
