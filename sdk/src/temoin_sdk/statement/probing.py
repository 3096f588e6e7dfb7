"""A look at one relation before anything is counted: its text, its columns by name, their types."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Date, bindparam, text

from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.contract.sources import RelationSql, SqlSource
from temoin_sdk.errors import MappingError
from temoin_sdk.statement.dialects import Dialect, Probed, Seen
from temoin_sdk.statement.editor_text import SETTING_BIND, bind_names, clean
from temoin_sdk.statement.reading import Reader
from temoin_sdk.statement.setting_binds import setting_bind
from temoin_sdk.vocabulary import Relation


def probe(source: SqlSource, relation: Relation, sql: RelationSql, reader: Reader, dialect: Dialect) -> Probed:
    """One relation ready to stand in the statement; MappingError says what of it does not fit the contract."""
    ou = f"source {source.nom}, relation {relation.value}"
    cleaned = clean(dialect.standard(sql.texte), ou=ou)
    binds = [_bind(name, source, reader, ou) for name in sorted(bind_names(cleaned))]
    with reader.named(ou):
        found = dialect.look(reader.connection, cleaned, binds)
    vues = {key: one for one in found if (key := one.nom.lower()) in SHAPES[relation].columns}
    _check_names(relation, vues, found, ou)
    natures = {name: sql.nature_of(name) for name in SHAPES[relation].dates if name in vues}
    autres = tuple(one.nom for one in found if one.nom.lower() not in vues)
    probed = Probed(relation, text(cleaned).bindparams(*binds), natures, vues, autres)
    with reader.named(ou):
        dialect.probe_types(reader.connection, probed)
    return probed


def _bind(name: str, source: SqlSource, reader: Reader, ou: str) -> BindParameter[Any]:
    if name in reader.bounds:
        return bindparam(name, reader.bounds[name], type_=Date)
    return setting_bind(name, name.removeprefix(SETTING_BIND[1:]), source.reglages, ou)


def _check_names(relation: Relation, vues: Mapping[str, Seen], found: Sequence[Seen], ou: str) -> None:
    names = [one.nom.lower() for one in found]
    shape = SHAPES[relation]
    if missing := [name for name in shape.required if name not in vues]:
        raise MappingError(
            f"Le SELECT ne rend pas la colonne {', '.join(missing)} (il rend : {', '.join(sorted(set(names)))}).",
            remede=f"Nommer les colonnes {', '.join(shape.columns)} par AS dans le SELECT de cette relation.",
            ou=ou,
            code="colonne_manquante",
        )
    if twice := sorted(name for name in vues if names.count(name) > 1):
        raise MappingError(
            f"Le SELECT rend deux fois la colonne {', '.join(twice)}.",
            remede="Donner un autre nom par AS à celle qui n'est pas la colonne du contrat.",
            ou=ou,
            code="colonne_double",
        )
