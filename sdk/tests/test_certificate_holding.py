"""An installed plugin is said certified only while it is, to the byte, what its certificate speaks of."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk.certificates import Presence, contenu_of_file, contenu_of_module, describe_source, find_certificat
from temoin_sdk.contract import Reglages
from temoin_sdk.contract.loading import FoundSource, load_plugins
from temoin_sdk.contract.sources import SqlSource
from temoin_sdk.envelope import PrivateKey, Typ, empreinte, sign
from temoin_sdk.mapping import build_source, read_mapping
from temoin_sdk.report import Certificat, to_octets
from temoin_sdk.testing.ledger import MemoryLedger
from temoin_sdk.vocabulary import ContenuCertifie

KEY = PrivateKey.generate()
MAPPING = Path(__file__).parents[2] / "plugins" / "mapping" / "exemples" / "residia.toml"


def certify(path: Path, certificat: Certificat) -> str:
    jws = sign(to_octets(certificat), KEY, Typ.CERTIFICAT, 1_795_334_400)
    path.write_text(jws, encoding="ascii")
    return jws


@pytest.fixture
def certified(installed: Any, certificat_of: Callable[..., Certificat]) -> Certificat:
    return certificat_of(empreinte_contenu=contenu_of_module("netfictif_temoin.plugin").empreinte())


def look() -> Presence:
    found = load_plugins().sources["netfictif"]
    return find_certificat(found, found.classe(Reglages()), "dui")


def test_a_plugin_as_it_was_certified(installed: Any, certified: Certificat) -> None:
    assert look() == Presence()
    jws = certify(installed.package / "certificat.jws", certified)
    assert look() == Presence(jws, empreinte(jws.encode()))
    assert describe_source(look().empreinte).startswith("plugin certifié")
    assert describe_source(None) == "plugin non certifié"


def test_its_own_certificate_comes_before_the_plain_one(
    installed: Any, certified: Certificat, certificat_of: Callable[..., Certificat]
) -> None:
    certify(installed.package / "certificat.jws", certificat_of(plugin="autre"))
    jws = certify(installed.package / "netfictif.certificat.jws", certified)
    assert look().jws == jws


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"plugin": "autre"}, "celui de la source « autre »"),
        ({"distribution": "temoin-autre"}, "autre plugin (temoin-autre)"),
        ({"distribution": None, "contenu": ContenuCertifie.MAPPING}, "autre plugin (un fichier de mapping)"),
        ({"contenu": ContenuCertifie.MODULE}, "autre plugin"),
        ({"version": "1.1"}, "version 1.1 ; la version installée est la 1.2"),
        ({"empreinte_contenu": "0" * 64}, "modifié depuis sa certification"),
    ],
)
def test_what_differs_is_left_out_and_said(
    installed: Any, certified: Certificat, members: dict[str, Any], said: str
) -> None:
    kept = {name: getattr(certified, name) for name in Certificat.model_fields}
    certify(installed.package / "certificat.jws", Certificat(**(kept | members)))
    found = look()
    assert (found.jws, found.empreinte) == (None, None)
    assert found.avertissement is not None
    assert said in found.avertissement.message
    assert found.avertissement.message.startswith("Source dui : ")
    assert found.avertissement.code == "certificat_perime"


def test_a_plugin_changed_since(installed: Any, certified: Certificat) -> None:
    certify(installed.package / "certificat.jws", certified)
    plugin = installed.package / "plugin.py"
    plugin.write_text(plugin.read_text() + "\n")
    found = look()
    assert found.jws is None
    assert found.avertissement is not None
    assert "modifié depuis sa certification" in found.avertissement.message


@pytest.mark.parametrize("content", [b"", b"eyJ", b"\xff\xfe", b"eyJhbGciOiJFZDI1NTE5In0.e30." + b"A" * 86])
def test_an_unreadable_certificate_stops_nothing(installed: Any, content: bytes) -> None:
    (installed.package / "certificat.jws").write_bytes(content)
    found = look()
    assert found.jws is None
    assert found.avertissement is not None
    assert found.avertissement.code == "certificat_illisible"


def test_another_signed_text_is_no_certificate(installed: Any) -> None:
    recu = MemoryLedger("ars.exemple").receipt(
        empreinte_rapport="a" * 64,
        empreinte_jws="b" * 64,
        kid=KEY.public.kid,
        ej="010000024",
        installation="6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a01",
    )
    (installed.package / "certificat.jws").write_text(sign(to_octets(recu), KEY, Typ.RECU, 0))
    avertissement = look().avertissement
    assert avertissement is not None
    assert "autre document signé" in avertissement.message


def test_a_package_that_has_no_hash_stops_nothing(installed: Any, certified: Certificat) -> None:
    certify(installed.package / "certificat.jws", certified)
    (installed.package / "lien.py").symlink_to(installed.package / "plugin.py")
    avertissement = look().avertissement
    assert avertissement is not None
    assert "lien symbolique" in avertissement.message


def test_a_class_that_nobody_installed_has_none(installed: Any) -> None:
    found = load_plugins().sources["netfictif"]
    stray = FoundSource(found.classe, "temoin-netfictif", "1.2")
    assert find_certificat(stray, found.classe(Reglages()), "dui") == Presence()


def test_a_mapping_file_is_certified_beside_it(tmp_path: Path, certificat_of: Callable[..., Certificat]) -> None:
    path = tmp_path / "client.toml"
    path.write_bytes(MAPPING.read_bytes())
    classe: type[SqlSource] = build_source(read_mapping(path))
    source = classe(classe.Reglages.model_validate({"fichier": str(path), "url": "sqlite:////base.db"}))
    certificat = certificat_of(
        plugin="residia",
        distribution=None,
        version="1.0",
        contenu=ContenuCertifie.MAPPING,
        empreinte_contenu=contenu_of_file(path).empreinte(),
    )
    jws = certify(tmp_path / "client.certificat.jws", certificat)
    mapping = FoundSource(classe, "temoin-mapping", "9.9", "temoin_mapping.plugin")
    assert find_certificat(mapping, source, "dui").jws == jws
    path.write_bytes(MAPPING.read_bytes() + b"\n")
    changed = find_certificat(mapping, source, "dui").avertissement
    assert changed is not None
    assert "modifié" in changed.message
