"""The source `mapping`: which file says where the facts are is a setting of the client's configuration."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from temoin_sdk.contract import Logiciel, Reglages, Source, SqlSource, hookimpl
from temoin_sdk.errors import ConfigurationError
from temoin_sdk.mapping import ReglagesMapping, build_source, read_mapping
from temoin_sdk.vocabulary import Relation


class MappingSource(SqlSource):
    """The door to every mapping file: `specialised` gives the class that the file describes."""

    nom = "mapping"
    logiciel = Logiciel("mapping")
    espace_usagers = "mapping"
    Reglages: ClassVar[type[Reglages]] = ReglagesMapping

    @classmethod
    def specialised(cls, reglages: Mapping[str, Any]) -> type[Source]:
        """The source of the file named by the setting `fichier`; ConfigurationError when there is none to read."""
        return build_source(read_mapping(_path(reglages.get("fichier"))))

    @classmethod
    def relations_fournies(cls) -> frozenset[Relation]:
        """Any of them: the file says which."""
        return frozenset(Relation)


def _path(value: object) -> Path:
    if not isinstance(value, (str, Path)) or not Path(value).is_absolute():
        raise ConfigurationError(
            "Il manque le réglage « fichier », ou ce n'est pas un chemin complet.",
            remede='Écrire par exemple fichier = "/etc/temoin/mon-logiciel.toml" dans [sources.reglages].',
            ou="réglage « fichier »",
            code="reglages",
        )
    return Path(value)


@hookimpl
def temoin_sources() -> list[type[Source]]:
    """The one source of this distribution."""
    return [MappingSource]
