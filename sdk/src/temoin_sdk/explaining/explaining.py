"""The one call: one establishment, one indicator, one window, from the rows to the rate, compared with what is counted.

Read-only, on site. What it answers holds no person but in `personnes`, which whoever shows it must have been asked for.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from temoin_sdk.campaigns import Campagne, DefinitionIndicateur
from temoin_sdk.contract.loading import Catalogue
from temoin_sdk.conventions import Convention
from temoin_sdk.counting import Demande, Resultat, count
from temoin_sdk.counting.plan import PlannedSource
from temoin_sdk.errors import ConfigurationError, SourceError
from temoin_sdk.explaining.folding import fold_day, fold_person
from temoin_sdk.explaining.models import Ecartees, Explication, Tri
from temoin_sdk.explaining.reading import Lecture, alone, plan_all, read_all
from temoin_sdk.explaining.reasons import Jugee, Trace
from temoin_sdk.explaining.remarks import find_remarks
from temoin_sdk.explaining.sorting import BY_DAY, BY_PERSON, OF_THE_PERSON, Contexte
from temoin_sdk.explaining.steps import OF_DAYS, Marche, Retenues
from temoin_sdk.explaining.wording import ORDER, rule
from temoin_sdk.gathering.identities import Identity, resolve_identities
from temoin_sdk.rates import compute_indicateurs, retained
from temoin_sdk.tally.supply import needs
from temoin_sdk.vocabulary import Compte, EtatCompte, Niveau, Relation
from temoin_sdk.windows import annee_glissante


def explain(
    demande: Demande,
    finess: str,
    indicateur: str,
    convention: Convention,
    exempts: frozenset[str],
    catalogue: Catalogue,
) -> Explication:
    """Explain one indicator of one establishment of the request.

    Raises ConfigurationError (`indicateur_inconnu`, `etablissement_sans_source`), SourceError when a source cannot be
    read, StorageError for the folder of the request, which receives what counting writes.
    """
    campagne = demande.campagne
    definition = find_indicateur(campagne, convention, indicateur)
    asked = alone(demande, finess, catalogue)
    planned = plan_all(asked, catalogue)
    c = _contexte(asked)
    comptes = tuple(x for x in (definition.denominateur, definition.numerateur) if x is not None)
    wanted = frozenset[Relation]().union(*(needs(compte, campagne.reglages) for compte in comptes))
    lectures = read_all(planned, wanted, c)
    resultat, blocage = _counted(asked, catalogue)
    return _Explanation(c, definition, lectures).told(resultat, blocage, planned, (campagne, convention, exempts))


def find_indicateur(campagne: Campagne, convention: Convention, code: str) -> DefinitionIndicateur:
    """The indicator of this project; ConfigurationError `indicateur_inconnu` names those there are."""
    known = retained(campagne, convention)
    for definition in known:
        if definition.code == code:
            return definition
    raise ConfigurationError(
        f"« {code} » n'est pas un indicateur de ce projet (campagne {campagne.code}).",
        remede=f"Choisir l'un de : {', '.join(definition.code for definition in known)}.",
        code="indicateur_inconnu",
    )


def _contexte(demande: Demande) -> Contexte:
    fenetre, reglages = demande.fenetre, demande.campagne.reglages
    [etablissement] = demande.etablissements
    personnes = annee_glissante(fenetre) if reglages.base_personnes == "annee" else fenetre
    return Contexte(fenetre, personnes, reglages, etablissement.fuseau)


def _counted(demande: Demande, catalogue: Catalogue) -> tuple[Resultat | None, str | None]:
    """What `count` says of this establishment, or why it gives no figures: the rows themselves could be read."""
    try:
        resultat = count(demande, catalogue)
    except SourceError as error:
        return None, error.message
    return resultat, next((ecarte.message for ecarte in resultat.ecartes), None)


class _Explanation:
    """The rows of one indicator, judged in the order of the definitions, then walked from count to count."""

    def __init__(self, c: Contexte, definition: DefinitionIndicateur, lectures: Sequence[Lecture]) -> None:
        self.c = c
        self.definition = definition
        self.lectures = lectures
        self.comptes = tuple(x for x in (definition.denominateur, definition.numerateur) if x is not None)
        self.retenues = Retenues()
        self.traces: dict[Identity, Trace] = {}
        c.masters = resolve_identities(pair for lecture in lectures for pair in lecture.identities)

    def told(
        self,
        resultat: Resultat | None,
        blocage: str | None,
        planned: Sequence[PlannedSource],
        rules: tuple[Campagne, Convention, frozenset[str]],
    ) -> Explication:
        """Everything, beside what counting gives."""
        tris = tuple(self._sort_all())
        self.c.group.settle(self.c.reglages, self.c.fenetre)
        marche = Marche(self.c, self.retenues, self.traces)
        figures = resultat.etablissements[0] if resultat is not None and resultat.etablissements else None
        supplied = frozenset[Relation]().union(*(x.lignes for x in self.lectures if x.listed))
        expliques = {x: marche.comptes[x] for x in self.comptes if needs(x, self.c.reglages) <= supplied}
        comptes: dict[Compte, int | None] = {x: figures.comptes[x] if figures else None for x in self.comptes}
        donnes = frozenset(
            x for x in self.comptes if figures and figures.niveaux.get(x, Niveau.FAITS) is not Niveau.FAITS
        )
        known = comptes if figures else {**comptes, **expliques}  # what is reported is what was counted
        etats = {x: EtatCompte.NON_FOURNI if known[x] is None else EtatCompte.FOURNI for x in self.comptes}
        campagne, convention, exempts = rules
        lines = compute_indicateurs(known, etats, campagne, convention, exempts)
        both = all(x in expliques for x in self.comptes)
        return Explication(
            fenetre=self.c.fenetre,
            libelle=self.definition.libelle,
            indicateur=next(line for line in lines if line.code == self.definition.code),
            sites=tuple(sorted({code for plan in planned for code in plan.demande.sites})),
            tris=tris,
            etapes=marche.steps(x for x in self.comptes if x in expliques),
            expliques=expliques,
            comptes=comptes,
            donnes=donnes,
            blocage=blocage,
            remarques=find_remarks(self.comptes, donnes, (planned, self.lectures), self.c.reglages, resultat),
            personnes=marche.missing(self.definition.numerateur, self.definition.denominateur) if both else None,
        )

    def _sort_all(self) -> Iterable[Tri]:
        """Stays first, over every source: the other relations ask for them."""
        for relation in BY_PERSON:
            if self._counts_persons(relation):
                for lecture in self._holders(relation):
                    yield self._sort_persons(lecture, relation)
        for compte in self.comptes:
            if compte in OF_DAYS:
                for lecture in self._holders(OF_DAYS[compte][0]):
                    yield self._sort_days(lecture, OF_DAYS[compte][0])

    def _counts_persons(self, relation: Relation) -> bool:
        """Deposits may be asked for their documents alone."""
        return any(relation in needs(x, self.c.reglages) and x not in OF_DAYS for x in self.comptes)

    def _holders(self, relation: Relation) -> Iterable[Lecture]:
        for lecture in self.lectures:
            if relation in lecture.lignes:
                self.c.espace, self.c.listed = lecture.espace, lecture.listed
                yield lecture

    def _sort_persons(self, lecture: Lecture, relation: Relation) -> Tri:
        dropped: Counter[str] = Counter()
        for ligne in lecture.lignes[relation]:
            regle = BY_PERSON[relation](ligne, self.c)
            self._trace(lecture, relation, Jugee(ligne, regle))
            if regle in OF_THE_PERSON:
                fold_person(relation, ligne, self.c)
            if regle is not None:
                dropped[regle] += ligne.nombre
                continue
            self.retenues.nombres[relation] += ligne.nombre
            if relation is Relation.SEJOURS:
                self.retenues.sejours.add((lecture.espace, ligne.site, ligne.usager or ""))
        return self._tri(lecture, relation, dropped)

    def _sort_days(self, lecture: Lecture, relation: Relation) -> Tri:
        dropped: Counter[str] = Counter()
        for ligne in lecture.lignes[relation]:
            regle = BY_DAY(ligne, self.c)
            if regle is None:
                self.retenues.par_jour[relation] += ligne.nombre
                fold_day(relation, ligne, self.c)
            else:
                dropped[regle] += ligne.nombre
        return self._tri(lecture, relation, dropped)

    def _tri(self, lecture: Lecture, relation: Relation, dropped: Counter[str]) -> Tri:
        lues = sum(ligne.nombre for ligne in lecture.lignes[relation])
        rules = tuple(Ecartees(code, rule(relation, code, self.c), dropped[code]) for code in ORDER if dropped[code])
        return Tri(lecture.nom, relation, lues, rules, lues - dropped.total())

    def _trace(self, lecture: Lecture, relation: Relation, jugee: Jugee) -> None:
        ligne = jugee.ligne
        who = self.c.who(ligne)
        if who is None or ligne.usager is None or jugee.regle == "site_non_liste":
            return
        trace = self.traces.setdefault(who, Trace())
        trace.usagers.add(ligne.usager)
        if relation is Relation.SEJOURS and jugee.regle is None:
            trace.sites.add(ligne.site)
        trace.jugees.setdefault(relation, []).append(jugee)
