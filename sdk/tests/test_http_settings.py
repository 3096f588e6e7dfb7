"""What a gestionnaire writes for an API, what is refused there, and what happens without the extra."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from temoin_sdk.errors import PluginError
from temoin_sdk.http import ReglagesBasic, ReglagesCle, ReglagesHttp, ReglagesOAuth2


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("api.example/v1", "adresse incomplète"),
        ("https://", "adresse incomplète"),
        ("ftp://api.example", "adresse incomplète"),
        ("http://api.example/v1", "la clé passerait en clair"),
        ("https://moi:canari-1@api.example", "identifiants dans l'adresse"),
        ("https://api.example/v1?cle=canari-1", "adresse avec"),
        ("https://api.éditeur.example", "forme technique"),
        ("https://[::1", "adresse illisible"),
        ("https://api.example:port", "adresse illisible"),
    ],
)
def test_an_address_that_would_leak_or_fail_is_refused(url: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        ReglagesHttp(url=url)
    assert "canari-1" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["https://api.example/v1/", "http://127.0.0.1:8000", "http://[::1]:80", "http://localhost"]
)
def test_https_or_this_very_machine(url: str) -> None:
    assert ReglagesHttp(url=url).url == url.rstrip("/")


def test_settings_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValidationError, match="s'excluent"):
        ReglagesHttp(url="https://a.example", proxy="http://p:1", proxy_environnement=True)
    with pytest.raises(ValidationError, match="demandent"):
        ReglagesHttp(url="https://a.example", proxy_utilisateur="og")


def test_what_only_locates_stays_out_of_the_fingerprint() -> None:
    for classe in (ReglagesHttp, ReglagesCle, ReglagesBasic, ReglagesOAuth2):
        assert classe.locaux() == frozenset(classe.model_fields)

    class Own(ReglagesCle):
        modules: str = "tous"

    assert "modules" not in Own.locaux()


WITHOUT_EXTRA = """
import sys
sys.modules[{name!r}] = None
import temoin_sdk
from temoin_sdk.errors import PluginError
from temoin_sdk.http import Client, ReglagesHttp
try:
    Client(ReglagesHttp(url="https://api.example"))
except PluginError as error:
    print(error.code, error.acteur.name, error.phrase())
"""


@pytest.mark.parametrize("name", ["httpx", "tenacity"])
def test_without_the_extra_the_sdk_imports_and_a_sentence_says_what_to_install(name: str) -> None:
    program = WITHOUT_EXTRA.format(name=name)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("extra_absent GESTIONNAIRE")
    assert 'pip install "temoin-sdk[http]"' in done.stdout
    assert name in done.stdout


def test_the_sdk_alone_imports_no_http_library() -> None:
    program = "import sys, temoin_sdk, temoin_sdk.http; print(sorted({'httpx', 'tenacity'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_another_missing_module_is_not_taken_for_the_extra() -> None:
    program = WITHOUT_EXTRA.format(name="h11")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert "extra_absent" not in done.stdout
    assert PluginError.code == "plugin"
