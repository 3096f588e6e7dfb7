"""What makes a method a test of the kit: a stable code, a French title, and whether a certificate needs it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeVar

import pytest

from temoin_sdk.errors import TemoinError
from temoin_sdk.testing.outcomes import NiveauEpreuve

MARK: Final = "__temoin_epreuve__"
Methode = TypeVar("Methode", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Epreuve:
    """One test of the kit, as the certificate and the guide name it."""

    code: str
    titre: str
    niveau: NiveauEpreuve


def epreuve(code: str, titre: str, niveau: NiveauEpreuve = NiveauEpreuve.OBLIGATOIRE) -> Callable[[Methode], Methode]:
    """Mark a method as a test of the kit."""

    def mark(methode: Methode) -> Methode:
        setattr(methode, MARK, Epreuve(code, titre, niveau))
        return methode

    return mark


def epreuve_of(methode: object) -> Epreuve | None:
    """The test a method is, None for one of the editor's own."""
    found = getattr(methode, MARK, None)
    return found if isinstance(found, Epreuve) else None


@contextmanager
def told_plainly() -> Iterator[None]:
    """An error of Témoin while the data is made ready, as what the editor must read."""
    try:
        yield
    except TemoinError as error:
        fail(f"Le kit n'a pas pu préparer les données.\n{error.phrase()}")


def skip(motif: str) -> NoReturn:
    """Skip with a reason, which the certificate lists."""
    pytest.skip(motif)


def fail(message: str) -> NoReturn:
    """Fail with what the editor must read, and nothing of the kit's own code."""
    pytest.fail(message, pytrace=False)
