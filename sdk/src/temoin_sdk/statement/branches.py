"""One branch per relation: the editor's SELECT, one row per fact of its own interval."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    false,
    literal,
    not_,
    null,
    or_,
    select,
)

from temoin_sdk.campaigns import Reglages
from temoin_sdk.contract.relations import DAY_CODES
from temoin_sdk.statement.columns import PERSON, Ecart, arm, spell_ecart, spell_project
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

    def persons(self) -> list[Select[Any]]:
        """Facts of persons, one branch per relation: site, usager, the person columns, part."""
        ways = {
            Relation.SEJOURS: self._sejours,
            Relation.MISES_A_JOUR: self._mises_a_jour,
            Relation.PROJETS: self._projets,
            Relation.EVENEMENTS: self._evenements,
            Relation.DEPOTS_DMP: self._depots_dmp,
        }
        return [way() for relation, way in ways.items() if relation in self.relations]

    def _sejours(self) -> Select[Any]:
        """Stays that overlap the interval; a reason unknown or not admitted by the campaign excludes nobody."""
        interval = self.scope.personnes
        rows = self._dated(Relation.SEJOURS, ("entree", "sortie"), "motif_non_eligible")
        word, read = rows.c.motif_non_eligible, rows.c.illisible == 0
        admitted = {
            m.name.lower(): m.value for m in MotifNonEligible if m.name.lower() in self.scope.reglages.motifs_admis
        }
        known = _coded(word, admitted, 0)
        last = literal(self.scope.fenetre.dernier_jour, Date)
        left_before = and_(rows.c.sortie.is_not(None), rows.c.sortie < last)
        columns = {
            "sejours": _whole(1),
            "jour_ref": case((read, case((left_before, rows.c.sortie), else_=last))),
            "motif": case((read, known)),
            "part": case(
                (not_(read), spell_ecart(Ecart.ILLISIBLE)),
                (and_(word.is_not(None), word.not_in(list(admitted))), spell_ecart(Ecart.INCONNU)),
            ),
        }
        return _facts(rows, columns).where(
            or_(
                not_(read),
                and_(
                    rows.c.entree < literal(interval.fin, Date),
                    or_(rows.c.sortie.is_(None), rows.c.sortie >= literal(interval.debut, Date)),
                ),
            )
        )

    def _projets(self) -> Select[Any]:
        """Projects that can matter. One that ends before it starts stood on no day.

        One that stood on every day of the interval is settled here, whatever the reference day of the person, which
        other sources may still move. One that began or ended on the way is handed over with its days. A start before
        the interval is as good as none, and may be the year 1, which moved by some hours is no date any more.
        """
        first, last = literal(self.scope.personnes.debut, Date), literal(self.scope.fenetre.dernier_jour, Date)
        rows = self._dated(Relation.PROJETS, ("debut", "fin"), "statut")
        began, ended = case((rows.c.debut >= first, rows.c.debut)), case((rows.c.fin < last, rows.c.fin))
        statut = _coded(rows.c.statut, {s.name.lower(): s.value for s in StatutProjet}, None)
        read = rows.c.illisible == 0
        throughout = and_(began.is_(None), ended.is_(None))
        ordinal = self.scope.dialect.ordinal
        columns = {
            "projets": _whole(1),
            "projet": case((and_(read, throughout), statut)),
            "part": case(
                (not_(read), spell_ecart(Ecart.ILLISIBLE)),
                (statut.is_(None), spell_ecart(Ecart.INCONNU)),
                (not_(throughout), spell_project(ordinal(began), ordinal(ended), statut)),
            ),
        }
        return _facts(rows, columns).where(
            or_(
                not_(read),
                and_(
                    or_(rows.c.debut.is_(None), rows.c.debut < literal(self.scope.fenetre.fin, Date)),
                    or_(rows.c.fin.is_(None), rows.c.fin >= first),
                    or_(rows.c.debut.is_(None), rows.c.fin.is_(None), rows.c.debut <= rows.c.fin),
                ),
            )
        )

    def _mises_a_jour(self) -> Select[Any]:
        """Updates: only a human's writing gives a day; one that nobody signed is counted, and said.

        Where the source has no authors at all, that is known beforehand and not told row by row.
        """
        rows = self._in_window(Relation.MISES_A_JOUR, self.scope.fenetre.debut, "auteur")
        author, known = rows.c.auteur, [a.value for a in Auteur]
        # the ordinary first: an engine may evaluate the word anew wherever it stands
        ecarts = [
            (author.in_(known), cast(null(), BigInteger)),
            (author.is_(None), spell_ecart(Ecart.SANS_AUTEUR)),
        ]
        told = "auteur" in self.relations[Relation.MISES_A_JOUR].colonnes
        columns = {
            "maj": _whole(1),
            "maj_jour": case((or_(author == Auteur.HUMAIN.value, author.is_(None)), rows.c.jour)),
            "part": case(
                (rows.c.jour.is_(None), spell_ecart(Ecart.ILLISIBLE)), *ecarts, else_=spell_ecart(Ecart.INCONNU)
            )
            if told
            else case((rows.c.jour.is_(None), spell_ecart(Ecart.ILLISIBLE))),
        }
        return _facts(rows, columns)

    def _evenements(self) -> Select[Any]:
        """Events: cancelled ones and unknown states do not count, a missing state does.

        Within the window alone, the day says which were kept.
        """
        debut = self.scope.fenetre.debut
        everything = self.scope.reglages.agenda == "tout"
        rows = self._in_window(Relation.EVENEMENTS, None if everything else debut, "statut")
        word, jour = rows.c.statut, rows.c.jour
        counted = [s.value for s in StatutEvenement if s is not StatutEvenement.ANNULE]
        kept = and_(jour.is_not(None), or_(word.in_(counted), word.is_(None)))
        columns = {
            "evenements": _whole(1),
            "evenement_jour": case((and_(jour >= literal(debut, Date), kept), jour)),
            "part": case(
                (jour.is_(None), spell_ecart(Ecart.ILLISIBLE)),
                (or_(word.in_([s.value for s in StatutEvenement]), word.is_(None)), cast(null(), BigInteger)),
                else_=spell_ecart(Ecart.INCONNU),
            ),
        }
        if everything:
            columns["evenements_retenus"] = case((kept, _whole(1)))
        return _facts(rows, columns)

    def _depots_dmp(self) -> Select[Any]:
        rows = self._in_window(Relation.DEPOTS_DMP, self.scope.fenetre.debut)
        columns = {
            "depots": _whole(1),
            "depot_jour": rows.c.jour,
            "part": case((rows.c.jour.is_(None), spell_ecart(Ecart.ILLISIBLE))),
        }
        return _facts(rows, columns)

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
        near: list[ColumnElement[bool]] = []
        for name in probed.natures:
            low, high = (None, self.scope.fenetre.fin) if name == first else (self.scope.personnes.debut, None)
            raw = source.c[name]
            near.append(or_(dialect.absent(raw), *dialect.near(raw, probed.natures[name], low, high)))
        days, raws = self._days(relation, bounds)
        placed = self._placed(relation, **days, **{word: self._word(relation, word)}).where(*near)
        rows = dialect.settled(placed, raws).subquery(f"d_{relation.value}")
        bad = [and_(rows.c[f"{name}_absent"] == 0, rows.c[name].is_(None)) for name in bounds]
        if relation is Relation.SEJOURS:
            bad.append(rows.c[f"{first}_absent"] == 1)
        kept = (rows.c.site, rows.c.usager, *(rows.c[name] for name in bounds), rows.c[word])
        return select(*kept, _one(or_(*bad)).label("illisible")).subquery(f"b_{relation.value}")

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
        rows = select(*(value.label(name) for name, value in columns.items()))
        held = self.scope.held
        return rows if held is None else rows.where(held(source.c.code))

    def _word(self, relation: Relation, name: str) -> ColumnElement[Any]:
        if name not in self.relations[relation].colonnes:
            return cast(null(), TEXT)
        return self.scope.dialect.word(self._sources[relation].c[name])


def _facts(rows: Subquery, columns: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """One branch: the columns of its relation, typed NULLs in the others."""
    return select(rows.c.site, rows.c.usager, *arm(columns, (*PERSON, "part")))


def _whole(number: int) -> ColumnElement[int]:
    return literal(number, Integer)


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, _whole(1)), else_=_whole(0))


def _coded(word: ColumnElement[Any], codes: Mapping[str, int], otherwise: int | None) -> ColumnElement[int]:
    default: ColumnElement[Any] = cast(null(), Integer) if otherwise is None else _whole(otherwise)
    return case(*((word == name, _whole(value)) for name, value in codes.items()), else_=default) if codes else default
