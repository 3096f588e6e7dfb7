"""One source under test: its settings, what was counted with it, and what must never be seen of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from temoin_sdk.campaigns import Reglages
from temoin_sdk.contract.loading import load_plugins
from temoin_sdk.contract.sources import Source, SqlSource
from temoin_sdk.testing.outcomes import Voie
from temoin_sdk.testing.running import Lieu, Passage, run_count
from temoin_sdk.testing.scenario.building import Jeu
from temoin_sdk.windows import Fenetre

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_WORD: Final = re.compile(r"[\w-]+")


@dataclass(slots=True)
class Essai:
    """What the tests of one class share. `canaris` are identifiers and names that no output may hold."""

    classe: type[Source]
    voie: Voie
    settings: Mapping[str, Any]
    lieux: tuple[Lieu, ...]
    dossier: Path
    moteur: str | None = None
    jeu: Jeu | None = None
    personnes: int = 0
    canaris: frozenset[str] = frozenset()
    passages: list[Passage] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    state: Callable[[], object] | None = None
    state_before: object = None
    _rank: "count[int]" = field(default_factory=count)

    def run(
        self,
        fenetre: Fenetre,
        reglages: Reglages,
        *,
        classe: type[Source] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Passage:
        """Count once more, of this class or a variant of it; all that it says is kept for the tests of discretion."""
        passage = run_count(
            self.classe if classe is None else classe,
            self.settings if settings is None else settings,
            self.lieux,
            fenetre,
            reglages,
            self.dossier / f"passage-{next(self._rank)}",
        )
        self.outputs.append(passage.sortie)
        return passage

    @property
    def secrets(self) -> tuple[str, ...]:
        """Names of the settings that are secret."""
        fields = self.classe.Reglages.model_fields
        return tuple(name for name, one in fields.items() if SecretStr in _types(one.annotation))

    @property
    def is_sql(self) -> bool:
        """Whether the source is SQL texts."""
        return issubclass(self.classe, SqlSource)

    def told(self, words: frozenset[str]) -> list[str]:
        """Those of these words that some output holds; digests are no words."""
        found: set[str] = set()
        for text in self.outputs:
            found |= words & set(_WORD.findall(_DIGEST.sub(" ", text)))
        return sorted(found)


def _types(annotation: object) -> set[object]:
    args = getattr(annotation, "__args__", ())
    return {annotation}.union(*(_types(one) for one in args)) if args else {annotation}


def distribution_of(classe: type[Source]) -> tuple[str | None, str]:
    """The installed distribution a class comes from and its version; (None, version of its texts) for a mapping.

    By its entry point: an editable install, which is what an editor has on his desk, does not list its packages.
    """
    found = load_plugins().sources.get(classe.nom)
    if getattr(classe, "fichier_mapping", None) is not None or found is None or found.classe is not classe:
        return None, classe.version_textes or "0"
    return found.distribution, found.version
