"""The source `saisie`: what was typed for exactly the window asked, at the level « déclaré »."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field

from temoin_saisie.declarations import Declaration, Registre
from temoin_sdk.contract import CheminComplet, ComptesFournis, CountSource, Logiciel, Piece, Reglages, Source
from temoin_sdk.errors import Acteur, MappingError, SourceError
from temoin_sdk.figures import LIBELLES
from temoin_sdk.vocabulary import Compte, Niveau
from temoin_sdk.windows import Fenetre


class ReglagesSaisie(Reglages):
    """`dossier`: where `temoin-saisie` keeps figures and proofs; `comptes`: those to ask, where other sources count."""

    dossier: CheminComplet
    logiciel: Annotated[str, Field(min_length=1, max_length=60)] = "non précisé"
    comptes: Annotated[tuple[Compte, ...], Field(min_length=1)] = tuple(Compte)

    @classmethod
    def locaux(cls) -> frozenset[str]:
        """Where the figures are says nothing of how they were typed."""
        return frozenset({"dossier", "logiciel"})


class SaisieSource(CountSource):
    """Figures typed by hand, each establishment with its proofs."""

    nom: ClassVar[str] = "saisie"
    logiciel: ClassVar[Logiciel] = Logiciel("Saisie manuelle")
    niveau: ClassVar[Niveau] = Niveau.DECLARE
    Reglages: ClassVar[type[Reglages]] = ReglagesSaisie

    @classmethod
    def specialised(cls, reglages: Mapping[str, Any]) -> type[Source]:
        """A class that bears the name of the DUI the figures come from."""
        name = reglages.get("logiciel")
        if not isinstance(name, str):
            return cls
        members = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "logiciel": Logiciel(name)}
        return type(cls.__name__, (cls,), members)

    def etablissements(self) -> Iterable[str]:
        """Establishments for which something was ever typed."""
        return sorted({finess for finess, _, _ in self._registre.read()})

    def remede_site_inconnu(self, codes: Sequence[str], fenetre: Fenetre) -> str:
        """Nothing was ever typed for it: the code is not at fault."""
        named = " ".join(f"--etablissement {code}" for code in codes)
        return (
            f"Saisir ses chiffres : {_command(fenetre, named)} ; ou, si une autre source les compte tous, retirer cet "
            "établissement de cette source dans la configuration."
        )

    def comptes(self, fenetre: Fenetre) -> Iterable[ComptesFournis]:
        """Figures of this very window. Raises SourceError when nobody typed any for it."""
        return [ComptesFournis(one.finess, dict(one.comptes)) for one in self._of(fenetre)]

    def pieces(self, fenetre: Fenetre) -> Iterable[Piece]:
        """Every proof, by establishment, unchanged since it was shown."""
        return [Piece(one.finess, self._registre.piece(name)) for one in self._of(fenetre) for name in one.pieces]

    @property
    def _registre(self) -> Registre:
        return Registre(self.reglages.dossier)

    def _of(self, fenetre: Fenetre) -> list[Declaration]:
        every = self._registre.read().values()
        found = [one for one in every if one.is_of(fenetre)]
        if not found:
            windows = {Fenetre(debut=one.debut, fin=one.fin_incluse + timedelta(days=1)).libelle() for one in every}
            raise SourceError(
                f"Rien n'a été saisi pour la fenêtre {fenetre.libelle()}"
                + (f" (fenêtres saisies : {' ; '.join(sorted(windows))})." if windows else "."),
                remede=f"Saisir ces chiffres : {_command(fenetre)}.",
                ou=str(self._registre.fichier),
                code="saisie_absente",
                acteur=Acteur.GESTIONNAIRE,
            )
        for one in found:
            if stray := [LIBELLES[c] for c in one.comptes if c not in self.reglages.comptes]:
                raise MappingError(
                    f"{one.finess} : {', '.join(stray)} saisis, alors que « comptes » ne les attend pas.",
                    remede="Les ôter de la saisie, ou les ajouter à « comptes » dans les réglages de la source.",
                    ou=str(self._registre.fichier),
                    code="saisie_en_trop",
                    acteur=Acteur.GESTIONNAIRE,
                )
        return found


def _command(fenetre: Fenetre, options: str = "") -> str:
    return " ".join(f"temoin-saisie saisir {options} --du {fenetre.debut} --au {fenetre.dernier_jour}".split())
