"""A SqlSource, read: probes, one statement per zone, rows folded into groups as they stream."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from temoin_sdk.contract.natures import spell_nature
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.contract.sources import SqlSource
from temoin_sdk.gathering.identities import Identity
from temoin_sdk.gathering.settling import settle_usager
from temoin_sdk.gathering.sql_fold import FoldQuestion, SqlFold
from temoin_sdk.statement.building import Question, build_statement
from temoin_sdk.statement.dialects import Dialect, Probed, dialect_for
from temoin_sdk.statement.editor_text import clean
from temoin_sdk.statement.probing import probe
from temoin_sdk.statement.reading import Reader
from temoin_sdk.vocabulary import Relation

_MEETING: Final = {Relation.SEJOURS, Relation.PROJETS}
"""Relations whose rows must meet in the statement: a project's state is taken on a day that the stays give."""


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
        rows = self.dialect.rows(probed, "etablissements")
        statement = select(self.dialect.code(rows.c.code)).distinct()
        return sorted({row[0] for row in self.reader.stream(statement, ou=self._ou(probed.relation)) if row[0]})

    def identities(self) -> Iterable[tuple[Identity, Identity]]:
        """Pairs of the identity map, identifiers settled as in the statement."""
        probed = self.relations.get(Relation.IDENTITES)
        if probed is None:
            return
        rows, code, text = self.dialect.rows(probed, "identites"), self.dialect.code, self.dialect.usager
        pairs = select(code(rows.c.espace), text(rows.c.usager), code(rows.c.espace_maitre), text(rows.c.usager_maitre))
        for espace, usager, espace_maitre, maitre in self.reader.stream(pairs, ou=self._ou(probed.relation)):
            one, master = settle_usager(usager), settle_usager(maitre)
            if one and master:
                yield (str(espace), one), (str(espace_maitre), master)

    def gather(self, question: Question, wanted: frozenset[Relation], into: SqlFold) -> None:
        """Run the statement of one zone for the relations this source is asked for, and fold its rows."""
        asked = {r: p for r, p in self.relations.items() if r in wanted}
        authors = Relation.MISES_A_JOUR not in asked or "auteur" in asked[Relation.MISES_A_JOUR].colonnes
        placing = FoldQuestion({site: finess for site, finess in question.carte.items() if finess}, authors)
        statement = build_statement(question, asked, self.dialect)
        for batch in self.reader.batches(statement, ou=f"source {self.source.nom}, énoncé {question.fuseau}"):
            into.add(batch, placing)

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


def fingerprint_queries(source: SqlSource, dialect: Dialect | None = None) -> str:
    """SHA-256 over the SQL texts, natures and version query: the same for every client of one editor."""
    digest = hashlib.sha256(f"temoin/requetes/1\n{source.contrat}\n{source.espace_usagers}\n".encode())
    for relation, sql in sorted(source.texts().items()):
        natures = [sql.dates.get(name, sql.nature) for name in SHAPES[relation].dates]
        words = " ".join("-" if nature is None else spell_nature(nature) for nature in natures)
        texte = sql.texte if dialect is None else dialect.standard(sql.texte)
        digest.update(f"{relation.value}\n{words}\n{clean(texte, ou=relation.value)}\n".encode())
    digest.update(repr(settings_that_count(source)).encode())
    return digest.hexdigest()


def settings_that_count(source: Any) -> list[tuple[str, str]]:
    """Settings that change what is counted, secrets and addresses left out."""
    local = source.reglages.locaux()
    dumped: Mapping[str, object] = source.reglages.model_dump(mode="json")
    secret = {n for n, f in type(source.reglages).model_fields.items() if "Secret" in repr(f.annotation)}
    return sorted((name, repr(value)) for name, value in dumped.items() if name not in local | secret)
