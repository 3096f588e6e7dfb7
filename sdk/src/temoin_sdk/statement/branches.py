"""One branch per relation: the editor's SELECT, its sites mapped to FINESS, one row per fact of its own interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
)

from temoin_sdk.campaigns import Reglages
from temoin_sdk.contract.relations import DAY_CODES
from temoin_sdk.statement.columns import OF_THE_OG, PERSON, UNKNOWN_SITE, arm
from temoin_sdk.statement.dialects import TEXT, Clock, Dialect, Keys, Probed
from temoin_sdk.vocabulary import (
    Auteur,
    Destinataire,
    MotifNonEligible,
    Relation,
    RelationJour,
    StatutEvenement,
    StatutProjet,
)
from temoin_sdk.windows import Fenetre


@dataclass(frozen=True, slots=True)
class Scope:
    """What every branch needs to know: the window, the rules that choose intervals, the sites, the clock."""

    fenetre: Fenetre
    personnes: Fenetre
    """Interval in which a stay makes a personne accompagnée: the window, or the rolling year."""
    reglages: Reglages
    dialect: Dialect
    clock: Clock
    keys: Keys
    og: bool
    """Whether rows of no site of ours are read too, once per source: messages of the OG, sites it does not list."""


def _place(
    scope: Scope, probed: Probed, source: FromClause, expressions: Mapping[str, ColumnElement[Any]]
) -> Select[Any]:
    """Rows of one relation with the finess of their site; sites out of scope are dropped, unknown ones kept apart."""
    keys, carte = scope.keys, scope.keys.carte
    finess: ColumnElement[Any] = carte.c.finess
    if scope.og:
        finess = func.coalesce(finess, keys.place(UNKNOWN_SITE))
        if probed.relation is Relation.MESSAGES_MSS:
            finess = case((source.c.code.is_(None), keys.place(OF_THE_OG)), else_=finess)
    columns = dict(expressions)
    if "usager" in probed.colonnes:
        person = keys.usager(source.c.usager)
        known = carte.c.finess.is_not(None)
        columns["usager"] = case((known, person), else_=cast(null(), keys.type)) if scope.og else person
    joined = source.join(carte, scope.dialect.code(source.c.code) == carte.c.code, isouter=scope.og)
    placed = select(finess.label("finess"), *(value.label(name) for name, value in columns.items()))
    in_scope: ColumnElement[bool] = carte.c.finess != keys.place("")
    return placed.select_from(joined).where(or_(carte.c.finess.is_(None), in_scope) if scope.og else in_scope)


class Branches:
    """Builds the branches of one statement. Each method gives rows of single facts, already filtered and labelled."""

    def __init__(self, scope: Scope, relations: Mapping[Relation, Probed]) -> None:
        self.scope = scope
        self.relations = relations
        # one object per relation, so that its columns are always the same
        self._sources = {r: scope.dialect.rows(probed, f"r_{r.value}") for r, probed in relations.items()}

    def sejours(self) -> Select[Any]:
        """Stays that overlap the interval: finess, usager, jour_ref, motif (0: eligible), motif_inconnu, illisible."""
        interval = self.scope.personnes
        rows = self._dated(Relation.SEJOURS, ("entree", "sortie"), "motif_non_eligible")
        code, unknown = self._motif(rows.c.motif_non_eligible)
        last = literal(self.scope.fenetre.dernier_jour, Date)
        left_before = and_(rows.c.sortie.is_not(None), rows.c.sortie < last)
        return select(
            rows.c.finess,
            rows.c.usager,
            case((rows.c.illisible == 0, case((left_before, rows.c.sortie), else_=last))).label("jour_ref"),
            case((rows.c.illisible == 0, code)).label("motif"),
            case((rows.c.illisible == 0, unknown), else_=0).label("motif_inconnu"),
            rows.c.illisible,
        ).where(
            or_(
                rows.c.illisible == 1,
                and_(
                    rows.c.entree < literal(interval.fin, Date),
                    or_(rows.c.sortie.is_(None), rows.c.sortie >= literal(interval.debut, Date)),
                ),
            )
        )

    def projets(self) -> Select[Any]:
        """Projects that can matter: finess, usager, debut, fin, statut (NULL if unknown), inconnu, illisible.

        One that ends before it starts stood on no day. A start before the interval is as good as none, and may be the
        year 1, which moved by some hours is no date any more.
        """
        rows = self._dated(Relation.PROJETS, ("debut", "fin"), "statut")
        statut = _coded(rows.c.statut, {s.name.lower(): s.value for s in StatutProjet})
        return select(
            rows.c.finess,
            rows.c.usager,
            case((rows.c.debut >= literal(self.scope.personnes.debut, Date), rows.c.debut)).label("debut"),
            rows.c.fin,
            case((rows.c.illisible == 0, statut)).label("statut"),
            _one(and_(rows.c.illisible == 0, statut.is_(None))).label("inconnu"),
            rows.c.illisible,
        ).where(
            or_(
                rows.c.illisible == 1,
                and_(
                    or_(rows.c.debut.is_(None), rows.c.debut < literal(self.scope.fenetre.fin, Date)),
                    or_(rows.c.fin.is_(None), rows.c.fin >= literal(self.scope.personnes.debut, Date)),
                    or_(rows.c.debut.is_(None), rows.c.fin.is_(None), rows.c.debut <= rows.c.fin),
                ),
            )
        )

    def mises_a_jour(self) -> Select[Any]:
        """Person columns of updates: only a human's writing gives a day; nobody named is counted, and said."""
        rows = self._in_window(Relation.MISES_A_JOUR, self.scope.fenetre.debut, "auteur")
        human = or_(rows.c.auteur.is_(None), rows.c.auteur == Auteur.HUMAIN.value)
        read = rows.c.jour.is_not(None)
        unknown = and_(rows.c.auteur.is_not(None), rows.c.auteur.not_in([a.value for a in Auteur]))
        return self._person_rows(
            rows,
            maj=_one(read),
            maj_jour=case((human, rows.c.jour)),
            maj_sans_auteur=_one(and_(read, rows.c.auteur.is_(None))),
            maj_inconnus=_one(and_(read, unknown)),
            maj_illisibles=_one(rows.c.jour.is_(None)),
        )

    def evenements(self) -> Select[Any]:
        """Person columns of events: cancelled ones and unknown states do not count, a missing state does."""
        debut = self.scope.fenetre.debut
        everything = self.scope.reglages.agenda == "tout"
        rows = self._in_window(Relation.EVENEMENTS, None if everything else debut, "statut")
        counted = [s.value for s in StatutEvenement if s is not StatutEvenement.ANNULE]
        read = rows.c.jour.is_not(None)
        kept = and_(read, or_(rows.c.statut.is_(None), rows.c.statut.in_(counted)))
        unknown = and_(rows.c.statut.is_not(None), rows.c.statut.not_in([s.value for s in StatutEvenement]))
        return self._person_rows(
            rows,
            evenements=_one(read),
            evenement_jour=case((and_(kept, rows.c.jour >= literal(debut, Date)), rows.c.jour)),
            evenements_retenus=_one(kept),
            evenements_inconnus=_one(and_(read, unknown)),
            evenements_illisibles=_one(rows.c.jour.is_(None)),
        )

    def depots_dmp(self) -> Select[Any]:
        """Person columns of deposits."""
        rows = self._in_window(Relation.DEPOTS_DMP, self.scope.fenetre.debut)
        return self._person_rows(
            rows,
            depots=_one(rows.c.jour.is_not(None)),
            depot_jour=rows.c.jour,
            depots_illisibles=_one(rows.c.jour.is_(None)),
        )

    def jours(self, relation: Relation) -> Select[Any]:
        """Facts counted by day: finess, code (of the day leaf), jour, cle."""
        fenetre = self.scope.fenetre
        rows = self._in_window(
            relation, fenetre.debut, *(("destinataire",) if relation is Relation.MESSAGES_MSS else ())
        )
        day_code: ColumnElement[int] = literal(DAY_CODES[relation].value, Integer)
        if relation is Relation.MESSAGES_MSS:
            day_code = case(
                (rows.c.destinataire == Destinataire.PROFESSIONNEL.value, literal(1, Integer)),
                (rows.c.destinataire == Destinataire.USAGER.value, literal(2, Integer)),
                else_=literal(RelationJour.MESSAGES_MSS_INCONNU.value, Integer),
            )
        return select(rows.c.finess, day_code.label("code"), rows.c.jour, rows.c.cle)

    def _person_rows(self, rows: Subquery, **columns: ColumnElement[Any]) -> Select[Any]:
        """One row per person already here: grouping a few columns first is cheaper than all of them once."""
        return group_persons(rows, columns)

    def _in_window(self, relation: Relation, debut: date | None, *words: str) -> Subquery:
        """Facts of `date_fait` within [debut, fin), the unreadable ones kept with a NULL day to be counted."""
        probed, source = self.relations[relation], self._sources[relation]
        dialect, fin = self.scope.dialect, self.scope.fenetre.fin
        nature = probed.natures["date_fait"]
        expressions = {word: self._word(relation, word) for word in words}
        if relation in DAY_CODES:
            expressions["cle"] = dialect.key(source.c.cle) if "cle" in probed.colonnes else cast(null(), TEXT)
        raw, clock = source.c.date_fait, self.scope.clock
        placed = self._placed(relation, jour=dialect.day(raw, nature, clock), **expressions)
        exact = dialect.exactly(raw, nature, clock, (debut, fin))
        if exact is not None:
            return placed.where(*exact).subquery(f"f_{relation.value}")
        rows = dialect.settled(placed.where(*dialect.near(raw, nature, debut, fin))).subquery(f"d_{relation.value}")
        inside = rows.c.jour < literal(fin, Date)
        if debut is not None:
            inside = and_(rows.c.jour >= literal(debut, Date), inside)
        return select(rows).where(or_(rows.c.jour.is_(None), inside)).subquery(f"f_{relation.value}")

    def _dated(self, relation: Relation, bounds: tuple[str, str], word: str) -> Subquery:
        """Rows that have a first and a last day, either of which may be missing; `illisible` is 1 if one is unreadable.

        A stay without an entry date says nothing, and is unreadable too.
        """
        probed, source = self.relations[relation], self._sources[relation]
        dialect, first = self.scope.dialect, bounds[0]
        days: dict[str, ColumnElement[Any]] = {}
        near: list[ColumnElement[bool]] = []
        for name in bounds:
            if name not in probed.colonnes:
                days |= {name: cast(null(), Date), f"{name}_absent": literal(1, Integer)}
                continue
            nature, raw = probed.natures[name], source.c[name]
            absent = dialect.absent(raw)
            days |= {name: dialect.day(raw, nature, self.scope.clock), f"{name}_absent": _one(absent)}
            low, high = (None, self.scope.fenetre.fin) if name == first else (self.scope.personnes.debut, None)
            near.append(or_(absent, *dialect.near(raw, nature, low, high)))
        placed = self._placed(relation, **days, **{word: self._word(relation, word)}).where(*near)
        rows = dialect.settled(placed).subquery(f"d_{relation.value}")
        bad = [and_(rows.c[f"{name}_absent"] == 0, rows.c[name].is_(None)) for name in bounds]
        if relation is Relation.SEJOURS:
            bad.append(rows.c[f"{first}_absent"] == 1)
        kept = (rows.c.finess, rows.c.usager, *(rows.c[name] for name in bounds), rows.c[word])
        return select(*kept, _one(or_(*bad)).label("illisible")).subquery(f"b_{relation.value}")

    def _placed(self, relation: Relation, **expressions: ColumnElement[Any]) -> Select[Any]:
        return _place(self.scope, self.relations[relation], self._sources[relation], expressions)

    def _word(self, relation: Relation, name: str) -> ColumnElement[Any]:
        if name not in self.relations[relation].colonnes:
            return cast(null(), TEXT)
        return self.scope.dialect.word(self._sources[relation].c[name])

    def _motif(self, word: ColumnElement[Any]) -> tuple[ColumnElement[int], ColumnElement[int]]:
        """Reason code, 0 for eligible: a reason unknown or not admitted by the campaign excludes nobody."""
        admitted = {
            m.name.lower(): m.value for m in MotifNonEligible if m.name.lower() in self.scope.reglages.motifs_admis
        }
        code = (
            case(
                *((word == name, literal(value, Integer)) for name, value in admitted.items()),
                else_=literal(0, Integer),
            )
            if admitted
            else literal(0, Integer)
        )
        unknown = and_(word.is_not(None), word.not_in(list(admitted)))
        return code, _one(unknown)


def group_persons(rows: Subquery, columns: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """Person columns of one branch, each by its own aggregate, the others NULL."""
    grouped = {name: PERSON[name][1](value) for name, value in columns.items()}
    return select(rows.c.finess, rows.c.usager, *arm(grouped, PERSON)).group_by(rows.c.finess, rows.c.usager)


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, literal(1, Integer)), else_=literal(0, Integer))


def _coded(word: ColumnElement[Any], codes: Mapping[str, int]) -> ColumnElement[int]:
    return case(
        *((word == name, literal(value, Integer)) for name, value in codes.items()), else_=cast(null(), Integer)
    )
