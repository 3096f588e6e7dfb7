"""From a mapping file to the source class that an editor would have written in Python."""

from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from temoin_sdk.contract.natures import EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.contract.sources import Logiciel, RelationSql, SqlSource
from temoin_sdk.mapping.models import FichierMapping, MotNature, RelationDeclaree, RelationSimple
from temoin_sdk.mapping.settings import build_settings


def build_source(mapping: FichierMapping, *, fichier: Path | None = None) -> type[SqlSource]:
    """The class of a mapping: counted, fingerprinted and looked at as any SqlSource is.

    `fichier` is the file of a mapping that an editor ships in a distribution of his own: no client has to name it.
    """
    logiciel = mapping.logiciel
    attributes: dict[str, Any] = {
        "__doc__": f"{logiciel.nom}, read through the mapping {mapping.nom} {mapping.version}.",
        "nom": mapping.nom,
        "logiciel": Logiciel(logiciel.nom, logiciel.version, logiciel.version_sql),
        "espace_usagers": mapping.espace_usagers,
        "ne_sait_pas": frozenset(mapping.ne_sait_pas),
        "version_textes": mapping.version,
        "Reglages": build_settings(mapping, fichier),
        **{r.value: _relation(each, mapping.zone) for r, each in mapping.relations.supplied().items()},
    }
    return cast(type[SqlSource], type(f"Mapping_{mapping.nom}", (SqlSource,), attributes))


def _relation(declared: RelationDeclaree, zone: str | None) -> RelationSql:
    if isinstance(declared, RelationSimple):
        return RelationSql(declared.sql)
    words: dict[str, MotNature | None] = declared.dates.model_dump()
    natures = {name: _nature(word, declared.zone or zone) for name, word in words.items() if word is not None}
    return RelationSql(declared.sql, MappingProxyType(natures))


def _nature(word: MotNature, zone: str | None) -> Nature:
    match word:
        case "jour":
            return Jour()
        case "epoch_s":
            return EpochS()
        case "epoch_ms":
            return EpochMs()
        case "instant":
            return Instant(zone or "")  # reading refuses an instant without a zone
