"""How an API hands out long lists. A list ends when the API says so or a page is empty, never because a page is short:

servers cap the size that is asked, and a short page taken for the last one would be a silent loss.
"""

from dataclasses import dataclass
from typing import Any

from temoin_sdk.errors import ConnectionRefused, MappingError
from temoin_sdk.http.fields import find


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was read: its rank from 0, its rows and those read so far, its JSON, its Link header's next."""

    rang: int
    lignes: int
    vues: int
    corps: Any
    lien: str | None
    ou: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """Base of the ways below. `repetitions` admits pages whose rows are the same: rows that carry no identifier."""

    repetitions: bool = False

    def first(self) -> dict[str, str]:
        """Parameters of the first page."""
        return {}

    def following(self, page: Page) -> dict[str, str] | str | None:
        """Parameters that change for the next page, or its address, or None after the last one."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class SinglePage(Pagination):
    """The whole list in one answer."""

    def following(self, page: Page) -> dict[str, str] | str | None:
        """There is none."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNumber(Pagination):
    """`?page=3`. `total` is the path of the number of rows, `pages` that of the number of pages, where they are."""

    param: str = "page"
    premiere: int = 1
    taille: tuple[str, int] | None = None
    total: str | None = None
    pages: str | None = None

    def first(self) -> dict[str, str]:
        """The first page, and the size that is asked."""
        return {self.param: str(self.premiere), **_size(self.taille)}

    def following(self, page: Page) -> dict[str, str] | str | None:
        """One more, until the announced number or an empty page."""
        if self.pages is not None and page.rang + 1 >= _number(page, self.pages):
            return None
        if _is_over(page, self.total):
            return None
        return {self.param: str(self.premiere + page.rang + 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset(Pagination):
    """`?offset=400&limit=200`; moves by the rows received, not by those asked for."""

    param: str = "offset"
    taille: tuple[str, int] | None = ("limit", 200)
    total: str | None = None

    def first(self) -> dict[str, str]:
        """From 0, with the size that is asked."""
        return {self.param: "0", **_size(self.taille)}

    def following(self, page: Page) -> dict[str, str] | str | None:
        """From the rows read so far, until the announced number or an empty page."""
        return None if _is_over(page, self.total) else {self.param: str(page.vues)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor(Pagination):
    """A word for the next page stands at `chemin` of each answer; none, null or an empty one ends."""

    chemin: str
    param: str = "cursor"
    taille: tuple[str, int] | None = None

    def first(self) -> dict[str, str]:
        """No word yet, the size that is asked."""
        return _size(self.taille)

    def following(self, page: Page) -> dict[str, str] | str | None:
        """The word, given back as it came; an empty page in between ends nothing."""
        value = find(page.corps, self.chemin)
        if value is None or value == "" or value is False:
            return None
        if not isinstance(value, (str, int)) or not str(value).isprintable():
            raise _unusable(page, self.chemin)
        return {self.param: str(value)}


@dataclass(frozen=True, slots=True, kw_only=True)
class NextLink(Pagination):
    """The address of the next page stands at `chemin` of each answer."""

    chemin: str = "next"
    taille: tuple[str, int] | None = None

    def first(self) -> dict[str, str]:
        """The size that is asked."""
        return _size(self.taille)

    def following(self, page: Page) -> dict[str, str] | str | None:
        """The address; it must stay on the API's own origin."""
        value = find(page.corps, self.chemin)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or not value.isprintable():
            raise _unusable(page, self.chemin)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHeader(Pagination):
    """The address of the next page stands in the Link header, rel=next (RFC 8288)."""

    taille: tuple[str, int] | None = None

    def first(self) -> dict[str, str]:
        """The size that is asked."""
        return _size(self.taille)

    def following(self, page: Page) -> dict[str, str] | str | None:
        """The address; it must stay on the API's own origin."""
        return page.lien or None


def _size(taille: tuple[str, int] | None) -> dict[str, str]:
    return {} if taille is None else {taille[0]: str(taille[1])}


def _is_over(page: Page, total: str | None) -> bool:
    """By the announced number of rows, checked, or by an empty page."""
    if total is None:
        return page.lignes == 0
    announced = _number(page, total)
    if page.lignes == 0 and page.vues < announced:
        raise ConnectionRefused(
            f"Le serveur annonce {announced} lignes et n'en a donné que {page.vues} : la liste est incomplète.",
            remede="Relancer : des lignes ont pu disparaître pendant la lecture. Si cela dure, transmettre ce message "
            "à l'éditeur du logiciel.",
            ou=page.ou,
            code="http_liste_incomplete",
        )
    return page.vues >= announced


def _number(page: Page, path: str) -> int:
    value = find(page.corps, path)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _unusable(page, path)
    return value


def _unusable(page: Page, path: str) -> MappingError:
    return MappingError(
        f"Le champ « {path} », qui dit la suite de la liste, manque ou n'est pas lisible.",
        remede="L'API ne pagine pas comme le plugin l'attend : transmettre ce message à l'éditeur du plugin.",
        ou=page.ou,
        code="http_pagination",
    )
