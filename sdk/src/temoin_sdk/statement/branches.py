"""One branch per relation: the editor's SELECT, one row per fact of its own interval."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
)

from temoin_sdk.campaigns import Reglages
from temoin_sdk.contract.relations import DAY_CODES
from temoin_sdk.statement.columns import Ecart, spell_ecart, spell_project
from temoin_sdk.statement.dialects import TEXT, Clock, Dialect, Keys, Probed, day_inside
from temoin_sdk.statement.layouts import Facts
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

_BOUNDS: Final[Mapping[Relation, tuple[str, str]]] = {
    Relation.SEJOURS: ("entree", "sortie"),
    Relation.PROJETS: ("debut", "fin"),
}
_RAW: Final = "{}_brut"

Held = Callable[[ColumnElement[Any]], ColumnElement[bool]]


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
    held: Held | None
    """Which rows are read, by the code of their site; None for all of them."""


def hold(dialect: Dialect, carte: Mapping[str, str], *, og: bool) -> Held | None:
    """Rows of the sites in scope alone, or, once per source, all but those of sites that are known and out of scope."""
    inside = sorted(site for site, finess in carte.items() if finess)
    outside = sorted(site for site, finess in carte.items() if not finess)
    if og and not outside:
        return None
    if og:
        known = dialect.among(outside)
        return lambda raw: or_(raw.is_(None), not_(known(dialect.code(raw))))
    if not inside:
        return lambda _raw: false()
    ours = dialect.among(inside)
    return lambda raw: ours(dialect.code(raw))


class Branches:
    """Builds the branches of one statement. Each method gives rows of single facts, already filtered and labelled."""

    def __init__(self, scope: Scope, relations: Mapping[Relation, Probed]) -> None:
        self.scope = scope
        self.relations = relations
        # one object per relation, so that its columns are always the same
        self._sources = {r: scope.dialect.rows(probed, f"r_{r.value}") for r, probed in relations.items()}

    def persons(self) -> list[Facts]:
        """Facts of persons, relation by relation."""
        ways = {
            Relation.SEJOURS: self._sejours,
            Relation.MISES_A_JOUR: self._mises_a_jour,
            Relation.PROJETS: self._projets,
            Relation.EVENEMENTS: self._evenements,
            Relation.DEPOTS_DMP: self._depots_dmp,
        }
        return [way() for relation, way in ways.items() if relation in self.relations]

    def _sejours(self) -> Facts:
        """Stays that overlap the interval; a reason unknown or not admitted by the campaign excludes nobody."""
        interval = self.scope.personnes
        rows = self._dated(Relation.SEJOURS, "motif_non_eligible")
        word, read = rows.c.motif_non_eligible, rows.c.illisible == 0
        admitted = {
            m.name.lower(): m.value for m in MotifNonEligible if m.name.lower() in self.scope.reglages.motifs_admis
        }
        told = "motif_non_eligible" in self.relations[Relation.SEJOURS].colonnes
        known = self._coded(word, admitted, _whole(0)) if told else _whole(0)
        unknown = and_(not_(self.scope.dialect.unsaid(word)), word.not_in(list(admitted)))
        last = literal(self.scope.fenetre.dernier_jour, Date)
        left_before = and_(rows.c.sortie.is_not(None), rows.c.sortie < last)
        columns = {
            "sejours": _whole(1),
            "jour_ref": self._of_readable(read, case((left_before, rows.c.sortie), else_=last)),
            "motif": self._of_readable(read, known),
            "part": case(
                (not_(read), spell_ecart(Ecart.ILLISIBLE)),
                *([(unknown, spell_ecart(Ecart.INCONNU))] if told else []),
            ),
        }
        return Facts(
            Relation.SEJOURS,
            rows,
            columns,
            self._kept(
                Relation.SEJOURS,
                rows,
                read,
                and_(
                    rows.c.entree < literal(interval.fin, Date),
                    or_(rows.c.sortie.is_(None), rows.c.sortie >= literal(interval.debut, Date)),
                ),
            ),
        )

    def _projets(self) -> Facts:
        """Projects that can matter. One that ends before it starts stood on no day.

        One that stood on every day of the interval is settled here, whatever the reference day of the person, which
        other sources may still move. One that began or ended on the way is handed over with its days. A start before
        the interval is as good as none, and may be the year 1, which moved by some hours is no date any more.
        """
        first, last = literal(self.scope.personnes.debut, Date), literal(self.scope.fenetre.dernier_jour, Date)
        rows = self._dated(Relation.PROJETS, "statut")
        began, ended = case((rows.c.debut >= first, rows.c.debut)), case((rows.c.fin < last, rows.c.fin))
        statut = self._coded(rows.c.statut, {s.name.lower(): s.value for s in StatutProjet}, cast(null(), Integer))
        read = rows.c.illisible == 0
        throughout = and_(began.is_(None), ended.is_(None))
        ordinal = self.scope.dialect.ordinal
        columns = {
            "projets": _whole(1),
            "projet": self._of_readable(read, statut, throughout),
            "part": case(
                (not_(read), spell_ecart(Ecart.ILLISIBLE)),
                (statut.is_(None), spell_ecart(Ecart.INCONNU)),
                (not_(throughout), spell_project(ordinal(began), ordinal(ended), statut)),
            ),
        }
        return Facts(
            Relation.PROJETS,
            rows,
            columns,
            self._kept(
                Relation.PROJETS,
                rows,
                read,
                and_(
                    or_(rows.c.debut.is_(None), rows.c.debut < literal(self.scope.fenetre.fin, Date)),
                    or_(rows.c.fin.is_(None), rows.c.fin >= first),
                    or_(rows.c.debut.is_(None), rows.c.fin.is_(None), rows.c.debut <= rows.c.fin),
                ),
            ),
        )

    def _mises_a_jour(self) -> Facts:
        """Updates: only a human's writing gives a day; one that nobody signed is counted, and said.

        Where the source has no authors at all, that is known beforehand and not told row by row.
        """
        rows = self._of_persons(Relation.MISES_A_JOUR, self.scope.fenetre.debut, "auteur")
        author, known = rows.c.auteur, [a.value for a in Auteur]
        unsaid = self.scope.dialect.unsaid(author)
        # the ordinary first: an engine may evaluate the word anew wherever it stands
        ecarts = [
            (author.in_(known), cast(null(), BigInteger)),
            (unsaid, spell_ecart(Ecart.SANS_AUTEUR)),
        ]
        told = "auteur" in self.relations[Relation.MISES_A_JOUR].colonnes
        columns = {
            "maj": _number(rows),
            "maj_jour": case((or_(author == Auteur.HUMAIN.value, unsaid), rows.c.jour)),
            "part": case(
                (rows.c.jour.is_(None), spell_ecart(Ecart.ILLISIBLE)), *ecarts, else_=spell_ecart(Ecart.INCONNU)
            )
            if told
            else case((rows.c.jour.is_(None), spell_ecart(Ecart.ILLISIBLE))),
        }
        return Facts(Relation.MISES_A_JOUR, rows, columns)

    def _evenements(self) -> Facts:
        """Events: cancelled ones and unknown states do not count, a missing state does.

        Within the window alone, the day says which were kept.
        """
        debut = self.scope.fenetre.debut
        everything = self.scope.reglages.agenda == "tout"
        rows = self._of_persons(Relation.EVENEMENTS, None if everything else debut, "statut")
        word, jour = rows.c.statut, rows.c.jour
        counted = [s.value for s in StatutEvenement if s is not StatutEvenement.ANNULE]
        unsaid = self.scope.dialect.unsaid(word)
        kept = and_(jour.is_not(None), or_(word.in_(counted), unsaid))
        columns = {
            "evenements": _number(rows),
            "evenement_jour": case((and_(jour >= literal(debut, Date), kept), jour)),
            "part": case(
                (jour.is_(None), spell_ecart(Ecart.ILLISIBLE)),
                (or_(word.in_([s.value for s in StatutEvenement]), unsaid), cast(null(), BigInteger)),
                else_=spell_ecart(Ecart.INCONNU),
            ),
        }
        if everything:
            columns["evenements_retenus"] = case((kept, _number(rows)))
        return Facts(Relation.EVENEMENTS, rows, columns)

    def _depots_dmp(self) -> Facts:
        rows = self._of_persons(Relation.DEPOTS_DMP, self.scope.fenetre.debut)
        columns = {
            "depots": _number(rows),
            "depot_jour": rows.c.jour,
            "part": case((rows.c.jour.is_(None), spell_ecart(Ecart.ILLISIBLE))),
        }
        return Facts(Relation.DEPOTS_DMP, rows, columns)

    def jours(self, relation: Relation) -> Select[Any]:
        """Facts counted by day: site (spelled: a key is one in one site), code (of the day leaf), jour, cle."""
        fenetre = self.scope.fenetre
        rows = self._in_window(
            relation, fenetre.debut, *(("destinataire",) if relation is Relation.MESSAGES_MSS else ())
        )
        day_code: ColumnElement[int] = _whole(DAY_CODES[relation].value)
        if relation is Relation.MESSAGES_MSS:
            day_code = case(
                (rows.c.destinataire == Destinataire.PROFESSIONNEL.value, _whole(1)),
                (rows.c.destinataire == Destinataire.USAGER.value, _whole(2)),
                else_=_whole(RelationJour.MESSAGES_MSS_INCONNU.value),
            )
        return select(rows.c.code_site.label("site"), day_code.label("code"), rows.c.jour, rows.c.cle)

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
        rows = dialect.settled(placed.where(*dialect.near(raw, nature, debut, fin)), [raw]).subquery(
            f"d_{relation.value}"
        )
        return select(rows).where(day_inside(rows.c.jour, (debut, fin))).subquery(f"f_{relation.value}")

    def _of_persons(self, relation: Relation, debut: date | None, *words: str) -> Subquery:
        """The same facts where only their number and latest day are asked for, so that an engine may fold them.

        Words are read once folded, as often as they differ and not as often as they were written.
        """
        dialect, fin = self.scope.dialect, self.scope.fenetre.fin
        if dialect.folding is None:
            return self._in_window(relation, debut, *words)
        probed, source, keys = self.relations[relation], self._sources[relation], self.scope.keys
        raw, nature = source.c.date_fait, probed.natures["date_fait"]
        site, usager, jour = (
            keys.site(source.c.code),
            keys.usager(source.c.usager),
            dialect.day(raw, nature, self.scope.clock),
        )
        told = [source.c[word] for word in words if word in probed.colonnes]
        folded = select(
            site.label("site"),
            usager.label("usager"),
            func.max(jour).label("jour"),
            func.count().label("nombre"),
            *(self._word(relation, word).label(word) for word in words),
        ).where(
            *self._held(source),
            *dialect.near(raw, nature, debut, fin),
            dialect.inside(raw, nature, self.scope.clock, (debut, fin)),
        )
        alike = map(dialect.folding.written, told)
        return (
            folded.group_by(site, usager, *alike, jour.is_(None))
            .prefix_with(dialect.folding.hint)
            .subquery(f"f_{relation.value}")
        )

    def _held(self, source: FromClause) -> list[ColumnElement[bool]]:
        return [] if self.scope.held is None else [self.scope.held(source.c.code)]

    def _of_readable(
        self, read: ColumnElement[bool], value: ColumnElement[Any], *also: ColumnElement[bool]
    ) -> ColumnElement[Any]:
        """What rows tell that can be read. On site nothing but the number of the others is looked at (see `part`), so
        that an engine that folds, and evaluates `read` anew wherever it is asked, is not asked once more."""
        asked = also if self.scope.dialect.folding is not None else (read, *also)
        return case((and_(*asked), value)) if asked else value

    def _kept(
        self, relation: Relation, rows: Subquery, read: ColumnElement[bool], stood: ColumnElement[bool]
    ) -> ColumnElement[bool]:
        """Which dated rows are kept, the unreadable ones among them. Where order matters what costs least is first."""
        if self.scope.dialect.folding is None:
            return or_(not_(read), stood)
        return and_(*self._near(relation, rows, _RAW), or_(stood, not_(read)))

    def _near(self, relation: Relation, rows: FromClause, name: str = "{}") -> list[ColumnElement[bool]]:
        """Wide bounds of a stay or a project on its raw dates, which may be missing; `name` is how `rows` calls one."""
        dialect, (first, _) = self.scope.dialect, _BOUNDS[relation]
        near: list[ColumnElement[bool]] = []
        for bound in self._told(relation):
            raw, nature = rows.c[name.format(bound)], self.relations[relation].natures[bound]
            low, high = (None, self.scope.fenetre.fin) if bound == first else (self.scope.personnes.debut, None)
            near.append(or_(dialect.absent(raw), *dialect.near(raw, nature, low, high)))
        return near

    def _told(self, relation: Relation) -> list[str]:
        return [bound for bound in _BOUNDS[relation] if bound in self.relations[relation].colonnes]

    def _dated(self, relation: Relation, word: str) -> Subquery:
        """Rows that have a first and a last day, either of which may be missing; `illisible` is 1 if one is unreadable.

        A stay without an entry date says nothing, and is unreadable too.
        """
        source = self._sources[relation]
        dialect, bounds, told = self.scope.dialect, _BOUNDS[relation], self._told(relation)
        days, _ = self._days(relation, bounds)
        placed = self._placed(relation, **days, **{word: self._word(relation, word)})
        kept = ["site", "usager", *bounds, word]
        if dialect.folding is None:
            near = self._near(relation, source)
            placed = dialect.settled(placed.where(*near), [source.c[name] for name in told])
        else:
            # outer conditions are looked at first: the raw dates are handed over, for the wide bounds to stand there
            placed = placed.add_columns(*(source.c[name].label(_RAW.format(name)) for name in told))
            kept += [_RAW.format(name) for name in told]
        rows = placed.subquery(f"d_{relation.value}")
        bad = []
        for name in bounds:
            both = (rows.c[f"{name}_absent"] == 0, rows.c[name].is_(None))
            bad.append(and_(*(both if dialect.folding is None else reversed(both))))  # a day is seldom missing
        if relation is Relation.SEJOURS:
            bad.append(rows.c[f"{bounds[0]}_absent"] == 1)
        return select(*(rows.c[name] for name in kept), _one(or_(*bad)).label("illisible")).subquery(
            f"b_{relation.value}"
        )

    def _days(
        self, relation: Relation, names: Sequence[str]
    ) -> tuple[dict[str, ColumnElement[Any]], list[ColumnElement[Any]]]:
        """The day of each date column, and 1 where it holds no date at all; then the raw columns that were read."""
        probed, source, dialect = self.relations[relation], self._sources[relation], self.scope.dialect
        days: dict[str, ColumnElement[Any]] = {}
        raws: list[ColumnElement[Any]] = []
        for name in names:
            if name not in probed.colonnes:
                days |= {name: cast(null(), Date), f"{name}_absent": literal(1, Integer)}
                continue
            raw = source.c[name]
            raws.append(raw)
            day = dialect.day(raw, probed.natures[name], self.scope.clock)
            days |= {name: day, f"{name}_absent": _one(dialect.absent(raw))}
        return days, raws

    def _placed(self, relation: Relation, **expressions: ColumnElement[Any]) -> Select[Any]:
        """Rows of one relation with the keys they are grouped by, of the sites that are read."""
        source, keys = self._sources[relation], self.scope.keys
        columns = {"site": keys.site(source.c.code), **expressions}
        if "cle" in expressions:
            columns["code_site"] = self.scope.dialect.code(source.c.code)
        if "usager" in self.relations[relation].colonnes:
            columns["usager"] = keys.usager(source.c.usager)
        return select(*(value.label(name) for name, value in columns.items())).where(*self._held(source))

    def _word(self, relation: Relation, name: str) -> ColumnElement[Any]:
        if name not in self.relations[relation].colonnes:
            return cast(null(), TEXT)
        return self.scope.dialect.word(self._sources[relation].c[name])

    def _coded(
        self, word: ColumnElement[Any], codes: Mapping[str, int], otherwise: ColumnElement[Any]
    ) -> ColumnElement[int]:
        return self.scope.dialect.coded(word, codes, otherwise) if codes else otherwise


def _number(rows: FromClause) -> ColumnElement[int]:
    """How many facts a row stands for."""
    return rows.c.nombre if "nombre" in rows.c else _whole(1)


def _whole(number: int) -> ColumnElement[int]:
    return literal(number, Integer)


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, _whole(1)), else_=_whole(0))
