"""Long lists of an API: every way of paging gives every row once, and none goes round for ever or elsewhere."""

import tracemalloc
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from temoin_sdk.errors import ConnectionRefused, MappingError
from temoin_sdk.http import (
    Client,
    Cursor,
    FormeApi,
    LinkHeader,
    NextLink,
    Offset,
    PageNumber,
    Pagination,
    Patience,
    ReglagesHttp,
    SinglePage,
)
from temoin_sdk.http.double import Answer, ApiDouble, Asked

ROWS = [{"id": n} for n in range(25)]
CAP = 10
"""What the server gives at most, whatever is asked."""

SOON = Patience(attempts=2, first=0.01, longest=0.01, connect=2, step=2)


def sliced(asked: Asked) -> tuple[int, list[Any]]:
    start = int(asked.params.get("offset", 0))
    if "page" in asked.params:
        start = (int(asked.params["page"]) - 1) * CAP
    if "cursor" in asked.params:
        start = int(asked.params["cursor"].removeprefix("c"))
    return start, ROWS[start : start + CAP]


def read(
    route: Callable[[Asked], Answer], pagination: Pagination, lignes: str = "data", **more: Any
) -> tuple[list[int], list[Asked]]:
    with ApiDouble({"/v1/list": route}) as api:
        client = Client(
            ReglagesHttp(url=f"{api.url}/v1"),
            forme=FormeApi(pagination=pagination, lignes=lignes, **more),
            patience=SOON,
        )
        return [row.field("id", int) for row in client.rows("list", {"module": "notes"})], api.asked


def plain(asked: Asked) -> Answer:
    return Answer({"data": sliced(asked)[1], "meta": {"total": len(ROWS), "pages": 3}})


def with_links(asked: Asked) -> Answer:
    start, rows = sliced(asked)
    after = f"/v1/list?offset={start + CAP}&module=notes" if start + CAP < len(ROWS) else None
    headers = {"Link": f'<{after}>; rel="last next", </v1/list?offset=0>; rel="first"'} if after else {}
    word = f"c{start + CAP}" if after else ""
    return Answer({"data": rows, "links": {"next": after}, "suite": word}, entetes=headers)


@pytest.mark.parametrize(
    ("route", "pagination", "requests"),
    [
        (plain, PageNumber(), 4),
        (plain, PageNumber(total="meta.total"), 3),
        (plain, PageNumber(pages="meta.pages", taille=("size", 200)), 3),
        (plain, Offset(), 4),
        (plain, Offset(total="meta.total", taille=("limit", 200)), 3),
        (with_links, Cursor(chemin="suite"), 3),
        (with_links, NextLink(chemin="links.next"), 3),
        (with_links, LinkHeader(), 3),
    ],
)
def test_every_row_comes_once(route: Callable[[Asked], Answer], pagination: Pagination, requests: int) -> None:
    found, asked = read(route, pagination)
    assert found == list(range(25))
    assert len(asked) == requests
    assert {each.params["module"] for each in asked} == {"notes"}


def test_a_bare_list_in_one_answer() -> None:
    assert read(lambda asked: Answer(ROWS), SinglePage(), lignes="")[0] == list(range(25))


def test_a_server_that_ignores_the_page_is_named_after_two_requests() -> None:
    first = {"data": ROWS[:CAP]}
    with pytest.raises(MappingError, match="redonne la même page") as caught:
        read(lambda asked: Answer(first), PageNumber())
    assert caught.value.code == "http_pagination"


def test_rows_without_identifier_may_repeat_when_the_editor_says_so() -> None:
    def same(asked: Asked) -> Answer:
        return Answer({"data": [{"id": 1}] * (2 if int(asked.params["page"]) < 4 else 0)})

    assert read(same, PageNumber(repetitions=True))[0] == [1] * 6


@pytest.mark.parametrize("link", ["/v1/list?offset=0&module=notes", "?offset=0&module=notes"])
def test_links_that_go_round_are_refused(link: str) -> None:
    def circle(asked: Asked) -> Answer:
        start = int(asked.params.get("offset", 0))
        after = "/v1/list?offset=10&module=notes" if start == 0 else link
        return Answer({"data": ROWS[start : start + 1], "next": after})

    with pytest.raises(MappingError, match=r"redonne la même page|demande deux fois"):
        read(circle, NextLink())


def test_a_cursor_that_stays_is_refused_even_with_empty_pages() -> None:
    with pytest.raises(MappingError, match="demande deux fois la même page"):
        read(lambda asked: Answer({"data": [], "suite": "c0"}), Cursor(chemin="suite"))


def test_fresh_cursors_without_end_stop_at_a_number_of_pages() -> None:
    def endless(asked: Asked) -> Answer:
        return Answer({"data": [], "suite": int(asked.params.get("cursor", 0)) + 1})

    with pytest.raises(MappingError, match="dépasse 7 pages"):
        read(endless, Cursor(chemin="suite"), pages_max=7)


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.2:{port}/v1/list?offset=10",
        "//autre.example/v1/list",
        "https://127.0.0.1:{port}/v1/list",
        "http://moi:mot@127.0.0.1:{port}/v1/list",
        "http://[::1/x",
    ],
)
@pytest.mark.parametrize("header", [True, False])
def test_a_next_link_to_another_origin_is_refused_and_never_followed(link: str, header: bool) -> None:
    with ApiDouble({}) as elsewhere, ApiDouble({}) as api:
        target = link.format(port=api.port)
        headers: Mapping[str, str] = {"Link": f'<{target}>; rel="next"'} if header else {}
        api.routes["/v1/list"] = lambda asked: Answer({"data": ROWS[:1], "next": target}, entetes=headers)
        client = Client(
            ReglagesHttp(url=f"{api.url}/v1"),
            forme=FormeApi(pagination=LinkHeader() if header else NextLink(), lignes="data"),
            patience=SOON,
        )
        with pytest.raises(MappingError) as caught:
            list(client.rows("list"))
        assert (caught.value.code, elsewhere.asked, len(api.asked)) == ("http_autre_origine", [], 1)
        assert "mot" not in caught.value.message.replace("même", "")


@pytest.mark.parametrize("pagination", [Cursor(chemin="suite"), NextLink(chemin="suite")])
@pytest.mark.parametrize("word", ['"\\ud800"', '"/v1/list?a=\\r\\nX: b"', '"\\u0000"', "[1]", '{"a": 1}', "1.5"])
def test_a_word_for_the_next_page_that_no_request_can_hold_is_named(pagination: Pagination, word: str) -> None:
    body = f'{{"data": [], "suite": {word}}}'.encode()
    with pytest.raises(MappingError, match="« suite », qui dit la suite") as caught:
        read(lambda asked: Answer(corps=body), pagination)
    assert caught.value.__context__ is None


def test_a_next_link_is_asked_for_as_it_was_given() -> None:
    """A server may have signed it: another spelling of the same query would be refused."""
    link = "/v1/list?signe=a%2Fb+c;d&x"
    with ApiDouble(
        {"/v1/list": lambda asked: Answer({"data": [], "next": None if "signe" in asked.params else link})}
    ) as api:
        client = Client(ReglagesHttp(url=f"{api.url}/v1"), forme=FormeApi(pagination=NextLink(), lignes="data"))
        assert list(client.rows("list")) == []
        assert api.asked[1].requete == "signe=a%2Fb+c;d&x"


def test_a_list_shorter_than_announced_is_an_error_and_not_a_smaller_count() -> None:
    def lossy(asked: Asked) -> Answer:
        return Answer({"data": ROWS[:10] if asked.params["page"] == "1" else [], "total": 25})

    with pytest.raises(ConnectionRefused, match="annonce 25 lignes et n'en a donné que 10"):
        read(lossy, PageNumber(total="total"))


@pytest.mark.parametrize(
    "body", [{"data": ROWS[:1]}, {"data": ROWS[:1], "total": "25"}, {"data": ROWS[:1], "total": True}]
)
def test_an_announced_number_that_is_none_is_named(body: Any) -> None:
    with pytest.raises(MappingError, match="« total »"):
        read(lambda asked: Answer(body), PageNumber(total="total"))


@pytest.mark.parametrize("body", [{"rows": []}, {"data": {"1": {}}}, [], {"data": None}])
def test_an_answer_without_its_list_is_an_error_and_never_an_empty_list(body: Any) -> None:
    with pytest.raises(MappingError, match="n'a pas de liste au champ « data »"):
        read(lambda asked: Answer(body), SinglePage())


def test_pages_are_asked_one_by_one_as_rows_are_taken() -> None:
    with ApiDouble({"/list": plain}) as api:
        client = Client(ReglagesHttp(url=api.url), forme=FormeApi(pagination=PageNumber(), lignes="data"))
        rows = client.rows("list")
        assert api.asked == []
        for _ in range(CAP):
            next(rows)
        assert len(api.asked) == 1
        next(rows)
        assert len(api.asked) == 2


def test_memory_holds_one_page_whatever_the_length_of_the_list() -> None:
    page = [{"id": n, "texte": "x" * 100} for n in range(1_000)]

    def route(asked: Asked) -> Answer:
        first = int(asked.params["page"]) * 1_000
        rows = [row | {"id": first + n} for n, row in enumerate(page)]
        return Answer({"data": rows if first < pages * 1_000 else []})

    peaks = []
    for pages in (3, 30):
        with ApiDouble({"/list": route}) as api:
            client = Client(ReglagesHttp(url=api.url), forme=FormeApi(pagination=PageNumber(premiere=0), lignes="data"))
            tracemalloc.start()
            assert sum(1 for _ in client.rows("list")) == pages * 1_000
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5
