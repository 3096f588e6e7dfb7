"""A mutant: what an editor wrote by mistake, which test must refuse it by which rule, and how it is mended."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """`changes`: texts of the sound plugin and what stands there instead, everywhere they occur.

    `epreuve` is the code of the kit's test that must fail, and `dit` something its message must hold: the name of the
    rule, or words of the sentence. `usagers` is the form of identifiers; `loader` changes the loader in the same way.
    `mend` tells the editor what to write instead: the guide shows it beside the change (docs/editeur/mistakes.md).
    """

    nom: str
    epreuve: str
    dit: str
    changes: tuple[tuple[str, str], ...] = ()
    usagers: str = "entiers"
    loader: tuple[tuple[str, str], ...] = ()
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.epreuve}: {self.nom}"
