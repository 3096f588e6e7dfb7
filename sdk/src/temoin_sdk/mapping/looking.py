"""A SqlSource looked at on a real database before anybody counts with it: what is there, and what looks wrong.

For a mapping file and for a class written in Python alike; nothing that names a person is in the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from temoin_sdk.civil import MARGIN
from temoin_sdk.contract.sources import SqlSource
from temoin_sdk.errors import ConnectionRefused, SourceError
from temoin_sdk.mapping.observing import Regard, RelationVue, observe
from temoin_sdk.mapping.remarks import Gravite, Remarque, find_remarks
from temoin_sdk.statement.dialects import dialect_for
from temoin_sdk.statement.reading import open_reader
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre


@dataclass(slots=True)
class SourceVue:
    """All that was seen of one source, relation by relation, and what looks wrong, the worst first."""

    version_logiciel: str | None = None
    relations: dict[Relation, RelationVue] = field(default_factory=dict)
    remarques: list[Remarque] = field(default_factory=list)


def look(source: SqlSource, regard: Regard) -> SourceVue:
    """Read every relation of the source within the limit, and say what looks wrong.

    A relation that cannot be read is a remark and does not hide the others. Raises ConnectionRefused when the base
    itself cannot be reached, ConfigurationError for an engine that is not read.
    """
    vue = SourceVue()
    refused: dict[Relation, SourceError] = {}
    periode = Fenetre(debut=regard.fenetre.debut - MARGIN, fin=regard.fenetre.fin + MARGIN)
    vue.version_logiciel, version_error = _software_version(source, periode)
    for relation, sql in source.texts().items():
        # A connection each: after a refused query some engines refuse all that follow.
        try:
            with open_reader(source.reglages, source.nom, periode) as reader:
                dialect = dialect_for(reader.connection.dialect.name)
                vue.relations[relation] = observe(source, relation, sql, reader, dialect, regard)
        except ConnectionRefused:
            raise
        except SourceError as error:
            refused[relation] = error
    unread = [_unread(relation, error) for relation, error in refused.items()]
    if version_error is not None:
        unread.append(_unread(None, version_error))
    found = find_remarks(source, vue.relations, regard)
    vue.remarques = sorted([*unread, *found], key=lambda each: each.gravite is not Gravite.ERREUR)
    return vue


def _software_version(source: SqlSource, periode: Fenetre) -> tuple[str | None, SourceError | None]:
    logiciel = source.logiciel
    with open_reader(source.reglages, source.nom, periode) as reader:
        if logiciel.version_sql is None:
            return logiciel.version, None
        try:
            value = reader.value(logiciel.version_sql, ou="version_sql")
        except ConnectionRefused:
            raise
        except SourceError as error:
            return None, error
    return (None if value is None else str(value)), None


def _unread(relation: Relation | None, error: SourceError) -> Remarque:
    return Remarque(relation, Gravite.ERREUR, error.code, error.message, error.remede)


def sites_of(relations: Mapping[Relation, RelationVue]) -> tuple[str, ...]:
    """Codes that the source itself lists."""
    listed = relations.get(Relation.ETABLISSEMENTS)
    return () if listed is None else tuple(sorted(code for code in listed.sites if code))
