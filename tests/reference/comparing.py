"""One comparison of a result with the calculator, that says which person differs and shows that person's facts."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from temoin_sdk.counting import Resultat
from temoin_sdk.evidence import (
    Detail,
    DrapeauFeuille,
    read_correspondance,
    read_details,
    read_jours,
    read_squelette,
)
from temoin_sdk.figures import Figures
from temoin_sdk.testing.reference.calculator import Attendu, calculate
from temoin_sdk.testing.reference.days import jours_og
from temoin_sdk.testing.reference.facts import CLE_SITE, EJ, Base, Etablissement
from temoin_sdk.testing.reference.leaves import Preuve, detail, feuilles_jours, flags, prove, racine_jours
from temoin_sdk.testing.reference.words import Usager, masters_of, person
from temoin_sdk.vocabulary import Relation

SHOWN = (Relation.SEJOURS, Relation.MISES_A_JOUR, Relation.PROJETS, Relation.EVENEMENTS, Relation.DEPOTS_DMP)
Said = tuple[DrapeauFeuille, Detail]


class Expectation:
    """What the calculator says of a base, computed once for every route."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.attendus: dict[str, Attendu] = {one.finess: calculate(base, one) for one in base.etablissements}
        self.preuves: dict[str, Preuve] = {f: prove(base, f, attendu) for f, attendu in self.attendus.items()}
        self.og = feuilles_jours(jours_og(base))

    def compare(self, resultat: Resultat, dossier: Path, route: str) -> None:
        """Every count and every byte; AssertionError tells the first difference and where it comes from."""
        assert not resultat.erreurs, (route, resultat.erreurs)
        assert not resultat.ecartes, (route, resultat.ecartes)
        assert [f.finess for f in resultat.etablissements] == sorted(self.attendus)
        for figures in resultat.etablissements:
            etablissement = next(e for e in self.base.etablissements if e.finess == figures.finess)
            self._compare_persons(etablissement, dossier, route)
            self._compare_days(etablissement, dossier, route)
            self._compare_figures(figures, dossier, route)
        self._compare_og(resultat, dossier, route)

    def _compare_persons(self, etablissement: Etablissement, dossier: Path, route: str) -> None:
        finess = etablissement.finess
        expected: dict[Usager, Said] = {
            who: (flags(one), detail(one)) for who, one in self.attendus[finess].personnes.items()
        }
        counted = read_persons(dossier, finess)
        for who in sorted(expected.keys() | counted.keys()):
            if expected.get(who) != counted.get(who):
                raise AssertionError(self._explain(etablissement, who, expected.get(who), counted.get(who), route))

    def _explain(
        self, etablissement: Etablissement, who: Usager, expected: Said | None, counted: Said | None, route: str
    ) -> str:
        masters = masters_of(self.base)
        lines = [
            f"{route}: {who} at {etablissement.finess} ({etablissement.fuseau})",
            f"  calculator: {_told(expected)}",
            f"  sdk:        {_told(counted)}",
            f"  {self.base.fenetre.libelle()}, {self.base.reglages}",
        ]
        for relation in SHOWN:
            rows = [r for r in self.base.rows(relation) if person(r.usager, masters) == who]
            lines += [f"  {self.base.natures[relation]}"] * bool(rows) + [f"    {row}" for row in rows]
        lines += [f"    {row}" for row in self.base.rows(Relation.IDENTITES)]
        return "\n".join(lines)

    def _compare_days(self, etablissement: Etablissement, dossier: Path, route: str) -> None:
        finess = etablissement.finess
        expected, counted = set(self.preuves[finess].jours), set(read_jours(dossier, finess))
        assert counted == expected, self._explain_days(
            f"{route}: {finess} ({etablissement.fuseau})", expected - counted, counted - expected
        )

    def _explain_days(self, head: str, missing: Iterable[Any], surplus: Iterable[Any]) -> str:
        lines = [head, f"  only the calculator: {sorted(missing)}", f"  only the sdk: {sorted(surplus)}"]
        for relation in (
            Relation.MESSAGES_MSS,
            Relation.DEPOTS_DMP,
            Relation.PRESCRIPTIONS,
            Relation.ECHANGES_EPARCOURS,
        ):
            lines += [f"  {self.base.natures[relation]}", *(f"    {row}" for row in self.base.rows(relation))]
        return "\n".join([*lines, f"  {self.base.fenetre.libelle()}, {self.base.reglages}"])

    def _compare_figures(self, figures: Figures, dossier: Path, route: str) -> None:
        attendu, preuve = self.attendus[figures.finess], self.preuves[figures.finess]
        where = (route, figures.finess)
        assert figures.comptes == attendu.comptes, where
        assert figures.exclus == attendu.exclus, where
        assert figures.messages_mss_professionnels == attendu.professionnels, where
        assert figures.messages_mss_usagers == attendu.usagers, where
        assert read_squelette(dossier, figures.finess) == preuve.squelette, where
        assert (figures.feuilles, figures.racine) == (len(attendu.personnes), preuve.racine), where
        assert (figures.feuilles_jours, figures.racine_jours) == (len(preuve.jours), preuve.racine_jours), where

    def _compare_og(self, resultat: Resultat, dossier: Path, route: str) -> None:
        if not self.og:
            assert resultat.og is None, (route, resultat.og)
            return
        assert resultat.og is not None, (route, self.og)
        counted = read_jours(dossier, EJ)
        assert counted == self.og, self._explain_days(
            f"{route}: OG ({self.base.fuseau_og})", set(self.og) - set(counted), set(counted) - set(self.og)
        )
        assert resultat.og.messages_mss == sum(one.nombre for one in self.og)
        assert (resultat.og.feuilles_jours, resultat.og.racine_jours) == (len(self.og), racine_jours(self.og))


def read_persons(dossier: Path, finess: str) -> dict[Usager, Said]:
    """Flags and détail of each person the sdk wrote evidence of, without the pseudonym."""
    octets = read_squelette(dossier, finess)
    leaves = {octets[at + 2 : at + 34]: int.from_bytes(octets[at : at + 2]) for at in range(0, len(octets), 34)}
    details = read_details(dossier, finess, CLE_SITE)
    people = read_correspondance(dossier, finess, CLE_SITE)
    return {people[digest]: (DrapeauFeuille(leaves[digest]), _bare(one)) for digest, one in details.items()}


def _bare(one: Detail) -> Detail:
    return Detail(bytes(32), bytes(32), one.jour_maj, one.jour_evenement, one.jour_depot, one.projet, one.motif)


def _told(said: Said | None) -> str:
    if said is None:
        return "not accompanied"
    drapeaux, one = said
    return (
        f"{drapeaux!r} maj={one.jour_maj} evenement={one.jour_evenement} depot={one.jour_depot} "
        f"projet={one.projet!r} motif={one.motif!r}"
    )
