"""A SqlSource, read: probes, one statement per zone, rows folded into groups as they stream."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import column, select

from temoin_sdk.contract.natures import spell_nature
from temoin_sdk.contract.relations import RELATION_OF_DAY, SHAPES
from temoin_sdk.contract.sources import SqlSource
from temoin_sdk.gathering.identities import Identity, settle_usager
from temoin_sdk.gathering.persons import DayKey, Gathered, PeriodeProjet, PersonKey, Personne
from temoin_sdk.statement.building import Question, build_statement
from temoin_sdk.statement.columns import LEADING, UNKNOWN_SITE, Genre
from temoin_sdk.statement.dialects import Dialect, Probed, dialect_for
from temoin_sdk.statement.editor_text import clean
from temoin_sdk.statement.probing import probe
from temoin_sdk.statement.reading import Reader
from temoin_sdk.vocabulary import Relation

_FIRST_OF_PERSON = len(LEADING)
"""Where the person columns of a row begin; they stand in the order of the fields of Personne."""

COUNTED_ROWS: dict[Relation, str] = {
    Relation.SEJOURS: "sejours",
    Relation.MISES_A_JOUR: "maj",
    Relation.PROJETS: "projets",
    Relation.EVENEMENTS: "evenements",
    Relation.DEPOTS_DMP: "depots",
}
"""The field of Personne that counts the readable rows of a relation."""


@dataclass(slots=True)
class SqlReading:
    """One open SqlSource: its relations probed once, then one statement per zone."""

    source: SqlSource
    reader: Reader
    relations: dict[Relation, Probed]
    dialect: Dialect

    def sites(self) -> list[str]:
        """Codes of every site the source knows."""
        probed = self.relations[Relation.ETABLISSEMENTS]
        rows = probed.texte.columns(column("code")).subquery("etablissements")
        statement = select(self.dialect.code(rows.c.code)).distinct()
        return sorted({row[0] for row in self.reader.stream(statement, ou=self._ou(probed.relation)) if row[0]})

    def identities(self) -> Iterable[tuple[Identity, Identity]]:
        """Pairs of the identity map, identifiers settled as in the statement."""
        probed = self.relations.get(Relation.IDENTITES)
        if probed is None:
            return
        names = SHAPES[Relation.IDENTITES].required
        rows = probed.texte.columns(*(column(n) for n in names)).subquery("identites")
        for espace, usager, espace_maitre, maitre in self.reader.stream(select(rows), ou=self._ou(probed.relation)):
            one, master = settle_usager(usager), settle_usager(maitre)
            if one and master:
                yield (str(espace), one), (str(espace_maitre), master)

    def gather(self, question: Question, wanted: frozenset[Relation], into: Gathered) -> None:
        """Run the statement of one zone for the relations this source is asked for, and fold its rows."""
        asked = {r: p for r, p in self.relations.items() if r in wanted}
        statement = build_statement(question, asked, self.dialect)
        espace = self.source.espace_usagers
        for row in self.reader.stream(statement, ou=f"source {self.source.nom}, énoncé {question.fuseau}"):
            _FOLD[Genre(row.genre)](row, espace, into)

    def software_version(self) -> str | None:
        """Version of the DUI, by fixed text or by the source's own query."""
        logiciel = self.source.logiciel
        if logiciel.version_sql is None:
            return logiciel.version
        value = self.reader.value(logiciel.version_sql, ou=f"source {self.source.nom}, version du logiciel")
        return None if value is None else str(value)

    def _ou(self, relation: Relation) -> str:
        return f"source {self.source.nom}, relation {relation.value}"


def open_sql(source: SqlSource, reader: Reader) -> SqlReading:
    """Look at every relation before counting: text, columns by name, types. MappingError says what is wrong."""
    dialect = dialect_for(reader.connection.dialect.name)
    relations = {relation: probe(source, relation, sql, reader, dialect) for relation, sql in source.texts().items()}
    return SqlReading(source, reader, relations, dialect)


def fingerprint_queries(source: SqlSource) -> str:
    """SHA-256 over the SQL texts, natures and version query: the same for every client of one editor."""
    digest = hashlib.sha256(f"temoin/requetes/1\n{source.contrat}\n{source.espace_usagers}\n".encode())
    for relation, sql in sorted(source.texts().items()):
        natures = [sql.dates.get(name, sql.nature) for name in SHAPES[relation].dates]
        words = " ".join("-" if nature is None else spell_nature(nature) for nature in natures)
        digest.update(f"{relation.value}\n{words}\n{clean(sql.texte, ou=relation.value)}\n".encode())
    digest.update(repr(settings_that_count(source)).encode())
    return digest.hexdigest()


def settings_that_count(source: Any) -> list[tuple[str, str]]:
    """Settings that change what is counted, secrets and addresses left out."""
    local = source.reglages.locaux()
    dumped: Mapping[str, object] = source.reglages.model_dump(mode="json")
    secret = {n for n, f in type(source.reglages).model_fields.items() if "Secret" in repr(f.annotation)}
    return sorted((name, repr(value)) for name, value in dumped.items() if name not in local | secret)


def _fold_person(row: Any, espace: str, into: Gathered) -> None:
    finess, usager = row[1], row[2]
    if finess == UNKNOWN_SITE or usager is None:
        _fold_lost(row, {name: getattr(row, name) or 0 for name in COUNTED_ROWS.values()}, into)
        return
    key = PersonKey(finess, espace, usager)
    personne = Personne(*row[_FIRST_OF_PERSON:])
    if key in into.personnes:
        into.personnes[key].merge(personne)
    else:
        into.personnes[key] = personne


def _fold_lost(row: Any, values: Mapping[str, Any], into: Gathered) -> None:
    """Rows of an unknown site, or without a usable person: counted per relation, so that the wrong mapping shows."""
    tally = into.sites_inconnus if row.finess == UNKNOWN_SITE else into.usagers_absents
    for relation, name in COUNTED_ROWS.items():
        if number := values.get(name):
            tally[relation] = tally.get(relation, 0) + number


def _fold_stay(row: Any, espace: str, into: Gathered) -> None:
    values = {name: getattr(row, name) for name in ("sejours", "motifs_inconnus", "sejours_illisibles")}
    if row.finess == UNKNOWN_SITE or row.usager is None:
        _fold_lost(row, values, into)
        return
    personne = into.person(PersonKey(row.finess, espace, row.usager))
    if row.sejours:
        personne.add_stay(row.jour, row.code)
    personne.motifs_inconnus += row.motifs_inconnus
    personne.sejours_illisibles += row.sejours_illisibles


def _fold_project(row: Any, espace: str, into: Gathered) -> None:
    values = {name: getattr(row, name) for name in ("projets", "projets_inconnus", "projets_illisibles")}
    if row.finess == UNKNOWN_SITE or row.usager is None:
        _fold_lost(row, values, into)
        return
    personne = into.person(PersonKey(row.finess, espace, row.usager))
    personne.projets += row.projets
    personne.projets_inconnus += row.projets_inconnus
    personne.projets_illisibles += row.projets_illisibles
    if row.code is not None:
        personne.periodes.append(PeriodeProjet(row.code, row.jour, row.fin))


def _fold_day(row: Any, _espace: str, into: Gathered) -> None:
    relation = RELATION_OF_DAY[row.code]
    if row.jour is None or row.finess == UNKNOWN_SITE:
        if relation is not Relation.DEPOTS_DMP:  # deposits are told once, by their persons
            tally = into.jours_illisibles if row.jour is None else into.sites_inconnus
            tally[relation] = tally.get(relation, 0) + row.nombre
    elif row.cle is not None:
        into.add_keyed(row.finess, relation, row.cle, row.code, row.jour)
    else:
        into.add_day(DayKey(row.finess, row.code, row.jour), row.nombre)


_FOLD: Mapping[Genre, Callable[[Any, str, Gathered], None]] = {
    Genre.PERSONNE: _fold_person,
    Genre.SEJOUR: _fold_stay,
    Genre.PROJET: _fold_project,
    Genre.JOUR: _fold_day,
}
