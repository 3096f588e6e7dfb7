"""docs/editeur/http.md: it names every setting with its default, and only what exists."""

import re
from pathlib import Path

import temoin_sdk.http
from temoin_sdk.http import ReglagesHttp

SECTION = (Path(__file__).parents[2] / "docs" / "editeur" / "http.md").read_text(encoding="utf-8")


def test_every_setting_is_documented_with_its_default_and_no_other() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) ?\|", SECTION, re.MULTILINE))
    assert list(rows) == list(ReglagesHttp.model_fields)
    words = {None: "none", False: "`false`", 300: "300"}
    for name, field in ReglagesHttp.model_fields.items():
        expected = "" if field.is_required() else words[field.default]
        assert rows[name] == ("the system's" if name == "ca" else expected), name


def test_every_name_of_the_section_exists() -> None:
    called = set(re.findall(r"\b([A-Z]\w+|client_credentials)\(", SECTION))
    ours = called & {name for name in vars(temoin_sdk.http) if not name.startswith("_")}
    elsewhere = {"Jour", "Instant", "EpochS", "EpochMs", "Logiciel", "MiseAJour", "NetFictifApi"}
    assert called - ours <= elsewhere
    assert {"Client", "FormeApi", "PageNumber", "Cursor", "NextLink", "LinkHeader", "ApiKey", "Basic"} <= ours


def test_the_public_names_are_held() -> None:
    assert set(temoin_sdk.http.__all__) == {
        "Acces",
        "ApiKey",
        "Basic",
        "Bornes",
        "Client",
        "Cursor",
        "FormeApi",
        "LinkHeader",
        "NextLink",
        "Offset",
        "PageNumber",
        "Pagination",
        "Patience",
        "Record",
        "ReglagesBasic",
        "ReglagesCle",
        "ReglagesHttp",
        "ReglagesOAuth2",
        "SinglePage",
        "TokenEndpoint",
        "client_credentials",
    }
