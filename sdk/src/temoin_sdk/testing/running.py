"""One count as the agent makes it, with everything it said on the way."""

import io
import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from temoin_sdk.campaigns import Reglages, load_campaign
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.contract.sources import Source
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.errors import TemoinError
from temoin_sdk.testing.reference.facts import CLE_PSEUDONYME, CLE_SITE, EJ, PROJET
from temoin_sdk.windows import Fenetre

CAMPAGNE: Final = load_campaign("generalisation-2025").campagne
HABITUELS: Final = CAMPAGNE.reglages
LARGES: Final = HABITUELS.model_copy(
    update={
        "base_personnes": "annee",
        "projet": "un_jour",
        "agenda": "tout",
        "dmp": "sans_condition",
        "motifs_admis": ("refus_usager", "autre"),
    }
)
"""The settings that reach furthest back: a plugin that limits itself too much is seen with them."""


@dataclass(frozen=True, slots=True)
class Lieu:
    """One establishment to count: its FINESS, its clock, the codes of its sites in the software."""

    finess: str
    fuseau: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """One count: in which window, with which settings, what came of it, and all that was printed or logged."""

    fenetre: Fenetre
    reglages: Reglages
    dossier: Path
    resultat: Resultat | None
    erreur: Exception | None
    sortie: str

    def libelle(self) -> str:
        """The window as people read it."""
        return self.fenetre.libelle()

    def refus(self) -> str | None:
        """Why there are no figures at all, None when there are."""
        if self.erreur is None:
            return None
        if isinstance(self.erreur, TemoinError):
            return self.erreur.phrase()
        return f"{type(self.erreur).__name__} : {self.erreur}"


def run_count(
    classe: type[Source],
    settings: Mapping[str, Any],
    lieux: tuple[Lieu, ...],
    fenetre: Fenetre,
    reglages: Reglages,
    dossier: Path,
) -> Passage:
    """Count these establishments with this source as the agent would; never raises for what the source does."""
    dossier.mkdir(parents=True)
    resultat: Resultat | None = None
    erreur: Exception | None = None
    with listening() as said:
        try:
            resultat = count(_demande(classe, settings, lieux, fenetre, reglages, dossier), catalogue_of(classe))
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises is what the test has to tell
            erreur = error
            said.append(f"{error!r}\n{error}")
    if resultat is not None:
        said.append(resultat.model_dump_json())
    return Passage(fenetre, reglages, dossier, resultat, erreur, "\n".join(said))


def catalogue_of(classe: type[Source]) -> Catalogue:
    """A catalogue of this one source."""
    return Catalogue({classe.nom: FoundSource(classe, "plugin-essaye", "0")}, {})


def _demande(
    classe: type[Source],
    settings: Mapping[str, Any],
    lieux: tuple[Lieu, ...],
    fenetre: Fenetre,
    reglages: Reglages,
    dossier: Path,
) -> Demande:
    return Demande(
        fenetre=fenetre,
        campagne=CAMPAGNE.model_copy(update={"reglages": reglages}),
        ej=EJ,
        projet=PROJET,
        etablissements=tuple(EtablissementDemande(finess=one.finess, fuseau=one.fuseau) for one in lieux),
        fuseau_og="Europe/Paris",
        sources=(
            SourceDemande(
                nom="source-essayee",
                plugin=classe.nom,
                reglages=dict(settings),
                sites={code: one.finess for one in lieux for code in one.codes},
            ),
        ),
        cle_pseudonyme=CLE_PSEUDONYME,
        cle_site=CLE_SITE,
        dossier=dossier,
    )


@contextmanager
def listening() -> Iterator[list[str]]:
    """Everything printed, logged at any level, or warned about in here, as texts."""
    said: list[str] = []
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.NOTSET + 1)
    try:
        with redirect_stdout(out), redirect_stderr(out), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            yield said
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
    said.append(out.getvalue())
    said.extend(str(one.message) for one in warned)
