"""An archive: every file tampered with is caught and named; an exported one has one spelling and is verified alone."""

import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from temoin_sdk.archive import (
    Bilan,
    Cles,
    FolderContents,
    Ligne,
    VerdictComptes,
    check_archive,
    list_folder,
    open_export,
    pack,
    parse_manifest,
    spell_manifest,
)
from temoin_sdk.archive.layout import CAMPAGNE, MANIFESTE, RAPPORT, RECU
from temoin_sdk.archive.lisezmoi import FICHIERS, write_lisezmoi
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.cli import app
from temoin_sdk.cli.running import execute
from temoin_sdk.contract.sources import Piece
from temoin_sdk.envelope import PrivateKey, Typ, empreinte, sign, write_public_key
from temoin_sdk.errors import ExitCode, ReportError
from temoin_sdk.evidence import Detail, FeuilleJour, encode_detail, write_evidence, write_jours
from temoin_sdk.evidence.pieces import archive_pieces
from temoin_sdk.figures import Figures, FiguresOG, SourceLue
from temoin_sdk.report import Certificat, Rapport, to_octets
from temoin_sdk.testing.ledger import MemoryLedger
from temoin_sdk.vocabulary import Compte, MotifNonEligible, Niveau, RelationJour, StatutProjet

KEY, RECEIVER, SITE = PrivateKey.generate(), PrivateKey.generate(), b"\x05" * 32
FINESS, EJ = "010780054", "010000024"
JOUR = date(2026, 9, 15)
IAT = 1_795_334_400
CLES = Cles(KEY.public, RECEIVER.public, SITE)

JOURS = [
    FeuilleJour(RelationJour.MESSAGES_MSS_PROFESSIONNEL, JOUR, 3),
    FeuilleJour(RelationJour.MESSAGES_MSS_USAGER, JOUR, 2),
    FeuilleJour(RelationJour.DOCUMENTS_DMP, JOUR, 4),
]


def person(number: int, *, actif: bool = True, motif: MotifNonEligible | None = None) -> tuple[int, bytes, str, str]:
    detail = Detail(
        bytes([number]) * 32,
        bytes([number + 100]) * 32,
        JOUR if actif else None,
        JOUR if actif else None,
        None,
        StatutProjet.ACTIF if actif else None,
        motif,
    )
    flags = (0 if motif else 1) | (2 | 4 | 8 if actif else 0)
    return flags, encode_detail(detail), "cle.resident", f"USAGER-{number}"


COMPTES: dict[Compte, int | None] = {
    Compte.PERSONNES_ACCOMPAGNEES: 6,
    Compte.PERSONNES_ELIGIBLES: 5,
    Compte.DOSSIERS_ACTIFS: 5,
    Compte.DOSSIERS_ACTIFS_PROJET: 5,
    Compte.DOSSIERS_ACTIFS_AGENDA: 5,
    Compte.MESSAGES_MSS: 5,
    Compte.DMP_ALIMENTES: 0,
    Compte.DOCUMENTS_DMP: 4,
    Compte.PRESCRIPTIONS_IMPORTEES: None,
    Compte.ECHANGES_EPARCOURS: 0,
}


@dataclass
class Archive:
    """A folder as the agent leaves it."""

    folder: Path
    rapport: Rapport

    def check(self, cles: Cles = CLES, *, exporte: bool = False) -> Bilan:
        return check_archive(FolderContents(self.folder), cles, exporte=exporte)

    def relist(self) -> None:
        """Make the manifest of the folder as it is, as somebody who covers tracks would."""
        (self.folder / MANIFESTE).write_bytes(spell_manifest(list_folder(self.folder)))

    def sign(self, rapport: Rapport) -> str:
        return sign(to_octets(rapport), KEY, Typ.RAPPORT, IAT)


@pytest.fixture
def archive(
    tmp_path: Path,
    rapport_of: Callable[..., Rapport],
    figures_of: Callable[..., Figures],
    source: SourceLue,
    certificat: Certificat,
) -> Archive:
    folder = tmp_path / "archive"
    folder.mkdir()
    persons = [person(n) for n in range(1, 5)] + [
        person(5, motif=MotifNonEligible.REFUS_USAGER),
        person(6, actif=False),
    ]
    roots = write_evidence(folder, FINESS, persons, JOURS, SITE)
    og_number, og_root = write_jours(folder, EJ, [FeuilleJour(RelationJour.MESSAGES_MSS_INCONNU, JOUR, 7)])
    document = tmp_path / "extraction.csv"
    document.write_text("dossiers;5\n")
    preuve = archive_pieces([Piece(None, document)], folder)
    jws = sign(to_octets(certificat), KEY, Typ.CERTIFICAT, IAT)
    (folder / "certificats").mkdir()
    (folder / "certificats" / f"{empreinte(jws.encode())}.jws").write_text(jws)
    levels = {c: Niveau.FAITS for c, value in COMPTES.items() if value is not None} | {
        Compte.ECHANGES_EPARCOURS: Niveau.DECLARE
    }
    figures = figures_of(
        FINESS,
        COMPTES,
        niveaux=levels,
        exclus={"refus_usager": 1},
        messages_mss_professionnels=3,
        messages_mss_usagers=2,
        feuilles=roots.feuilles,
        racine=roots.racine,
        feuilles_jours=roots.feuilles_jours,
        racine_jours=roots.racine_jours,
    )
    sources = (
        source.model_copy(update={"certificat": empreinte(jws.encode())}),
        source.model_copy(update={"source": "saisie", "niveau": Niveau.DECLARE, "preuve": preuve}),
    )
    og = FiguresOG(messages_mss=7, feuilles_jours=og_number, racine_jours=og_root)
    found = Archive(folder, rapport_of((figures,), sources=sources).model_copy(update={"og": og}))
    text = found.sign(found.rapport)
    (folder / RAPPORT).write_text(text)
    (folder / RECU).write_text(receipt(found.rapport, text))
    (folder / CAMPAGNE).write_bytes(load_campaign("generalisation-2025").octets)
    found.relist()
    return found


def receipt(rapport: Rapport, jws: str) -> str:
    recu = MemoryLedger(rapport.destinataire).receipt(
        empreinte_rapport=empreinte(to_octets(rapport)),
        empreinte_jws=empreinte(jws.encode()),
        kid=KEY.public.kid,
        ej=rapport.ej,
        installation=rapport.installation,
        reception=12,
    )
    return sign(to_octets(recu), RECEIVER, Typ.RECU, IAT)


def files_of(archive: Archive) -> dict[str, bytes]:
    contents = FolderContents(archive.folder)
    return {name: contents.read(name) for name in contents.names()}


def test_an_archive_as_it_was_kept_has_no_fault(archive: Archive) -> None:
    bilan = archive.check()
    assert bilan.fautes == []
    assert bilan.verifie
    assert bilan.recompte is not None
    assert (bilan.recompte.verdict, bilan.recompte.egaux, bilan.scelles) == (VerdictComptes.CONFORMES, 9, 1)
    assert [site.sans_feuille for site in bilan.recompte.sites] == [(Compte.ECHANGES_EPARCOURS,), ()]


def test_every_single_file_tampered_with_is_named(archive: Archive) -> None:
    """One octet of each, even where everything still reads as before."""
    names = sorted(files_of(archive))
    assert len(names) == 13
    for name in names:
        path = archive.folder / name
        before = path.read_bytes()
        path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        said = [fault.phrase() for fault in archive.check().fautes]
        assert any(line.startswith(f"{name} :") for line in said), (name, said)
        path.write_bytes(before)
    assert archive.check().fautes == []


def test_every_single_file_that_is_missing_is_named(archive: Archive) -> None:
    for name, before in files_of(archive).items():
        (archive.folder / name).unlink()
        assert any(fault.ou == name for fault in archive.check().fautes), name
        (archive.folder / name).write_bytes(before)


def test_what_was_added_is_named(archive: Archive) -> None:
    (archive.folder / "note.txt").write_text("x")
    assert [fault.phrase() for fault in archive.check().fautes] == [
        "note.txt : ce fichier n'est pas au manifeste : il a été ajouté après coup"
    ]


def other_squelette(archive: Archive) -> None:
    path = archive.folder / "squelette" / f"{FINESS}.bin"
    octets = path.read_bytes()
    inactive = next(at for at in range(0, len(octets), 34) if octets[at + 1] == 1)
    path.write_bytes(octets[: inactive + 1] + bytes([3]) + octets[inactive + 2 :])


def other_campaign(archive: Archive) -> None:
    (archive.folder / CAMPAGNE).write_bytes(load_campaign("generalisation-2022-normandie").octets)


def other_receipt(archive: Archive) -> None:
    other = archive.rapport.model_copy(update={"numero": 2, "precedent": "a" * 64})
    (archive.folder / RECU).write_text(receipt(other, archive.sign(other)))


def other_key(archive: Archive) -> None:
    (archive.folder / RAPPORT).write_text(sign(to_octets(archive.rapport), RECEIVER, Typ.RAPPORT, IAT))


def other_details(archive: Archive) -> None:
    """Details that give other flags, with a squelette and a mapping that go with them."""
    persons = [person(n) for n in range(1, 7)]
    persons[5] = (1, *persons[5][1:])
    write_evidence(archive.folder, FINESS, persons, JOURS, SITE)


def other_document(archive: Archive) -> None:
    next(archive.folder.glob("pieces/*/fichiers/*")).write_text("dossiers;500\n")


def other_list(archive: Archive) -> None:
    """Another document, and a list that names it in place of the first."""
    other_document(archive)
    document, listing = (
        next(archive.folder.glob("pieces/*/fichiers/*")),
        next(archive.folder.glob("pieces/*/SHA256SUMS")),
    )
    digest, name = empreinte(document.read_bytes()), document.relative_to(listing.parent).as_posix()
    lines = [f"{digest}  {name}" if line.endswith(name) else line for line in listing.read_text().splitlines()]
    listing.write_text("\n".join(lines) + "\n")


def other_certificate(archive: Archive) -> None:
    next(archive.folder.glob("certificats/*")).write_text("e30.e30.e30")


def other_days(archive: Archive) -> None:
    write_jours(archive.folder, EJ, [FeuilleJour(RelationJour.MESSAGES_MSS_INCONNU, JOUR, 8)])


@pytest.mark.parametrize(
    ("cover", "said"),
    [
        (other_squelette, "010780054, dossiers actifs : le rapport dit 5, les feuilles donnent 6"),
        (other_squelette, "010780054, racine des feuilles : le rapport dit"),
        (other_campaign, "campagne.toml : ce n'est pas la campagne que cite le rapport"),
        (other_receipt, "recu.jws : cet accusé n'est pas celui du rapport"),
        (other_key, "rapport.jws : Ce texte nomme une autre clé"),
        (other_details, "details/010780054.fernet : le détail de la feuille"),
        (other_document, "ce n'est plus le document que le rapport a figé"),
        (other_list, "ce n'est pas la liste de documents que le rapport a figée"),
        (other_certificate, "ce n'est pas le certificat que cite le rapport"),
        (other_days, "010000024, messages MSSanté : le rapport dit 7, les feuilles donnent 8"),
    ],
)
def test_a_new_manifest_covers_nothing_that_the_report_fixes(
    archive: Archive, cover: Callable[[Archive], None], said: str
) -> None:
    cover(archive)
    archive.relist()
    phrases = [fault.phrase() for fault in archive.check().fautes]
    assert any(said in line for line in phrases), phrases


def test_what_differs_is_counted_apart_from_what_holds(archive: Archive) -> None:
    other_squelette(archive)
    found = archive.check().recompte
    assert found is not None
    assert (found.egaux, len(found.differences), found.verdict) == (8, 2, VerdictComptes.DIFFERENTS)
    assert [site.verdict for site in found.sites] == [VerdictComptes.DIFFERENTS, VerdictComptes.CONFORMES]


def test_a_sealed_file_of_another_establishment_or_key_is_named(archive: Archive) -> None:
    found = archive.check(Cles(KEY.public, RECEIVER.public, b"\x06" * 32))
    assert [fault.code for fault in found.fautes] == ["preuve_scellee"]
    shutil.copy(archive.folder / "correspondance" / f"{FINESS}.fernet", archive.folder / "details" / f"{FINESS}.fernet")
    archive.relist()
    assert [fault.code for fault in archive.check().fautes] == ["preuve_etiquette"]


def test_without_keys_nothing_is_passed_for_verified(archive: Archive) -> None:
    found = archive.check(Cles())
    assert (found.fautes, found.verifie, found.scelles) == ([], False, 0)
    assert not archive.check(Cles(KEY.public)).verifie, "the receipt is not"


def test_what_was_purged_is_not_missing_and_what_remains_is(archive: Archive) -> None:
    manifest = parse_manifest((archive.folder / MANIFESTE).read_bytes())
    gone = [name for name in manifest if name.endswith(".fernet")]
    purged = [ligne.purged() if ligne.chemin in gone else ligne for ligne in manifest.values()]
    (archive.folder / MANIFESTE).write_bytes(spell_manifest(purged))
    assert [fault.code for fault in archive.check().fautes] == ["archive_purge"] * 2
    for name in gone:
        (archive.folder / name).unlink()
    found = archive.check()
    assert (found.fautes, found.purges, found.scelles) == ([], 2, 0)
    assert found.recompte is not None
    assert found.recompte.verdict is VerdictComptes.CONFORMES


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("chemin;", "chemin,"),
        lambda text: text.replace("campagne.toml", "../campagne.toml"),
        lambda text: text + text.splitlines(keepends=True)[1],
        lambda text: text.replace(text.splitlines(keepends=True)[1], text.splitlines(keepends=True)[1] * 2),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "".join([text.splitlines(keepends=True)[0], *reversed(text.splitlines(keepends=True)[1:])]),
        lambda text: text.replace(";present", ";absent", 1),
        lambda text: "",
    ],
)
def test_a_manifest_has_one_spelling(archive: Archive, spoil: Callable[[str], str]) -> None:
    text = (archive.folder / MANIFESTE).read_text()
    with pytest.raises(ReportError) as refused:
        parse_manifest(spoil(text).encode())
    assert refused.value.code == "archive_manifeste"


def exported(archive: Archive, tmp_path: Path, *left: str) -> Path:
    """What the agent exports: the files it may, under a manifest of their own."""
    files = {name: data for name, data in files_of(archive).items() if not name.startswith((*left, MANIFESTE))}
    files[MANIFESTE] = spell_manifest(Ligne.of(name, data) for name, data in files.items())
    path = tmp_path / "export.temoin.zip"
    path.write_bytes(pack(files))
    return path


def test_the_same_files_give_the_same_bytes(archive: Archive) -> None:
    files = files_of(archive)
    assert pack(files) == pack(dict(reversed(files.items())))
    assert empreinte(pack({"a.txt": b"1", "b/c.bin": b"\x00"})) == (
        "cc151d89930dcf79bc72ff63a631500975f2fe1940df523879761c32b50855a5"
    ), "another spelling of an export: those made before would no longer be the same file"


def test_an_export_without_what_stays_on_site_has_no_fault(archive: Archive, tmp_path: Path) -> None:
    path = exported(archive, tmp_path, "details", "correspondance", "pieces")
    with open_export(path) as contents:
        bilan = check_archive(contents, CLES_OUT, exporte=True)
    assert (bilan.fautes, bilan.verifie, len(bilan.retenus)) == ([], True, 1)


CLES_OUT = Cles(KEY.public, RECEIVER.public)


def test_an_export_without_its_squelette_has(archive: Archive, tmp_path: Path) -> None:
    path = exported(archive, tmp_path, "details", "correspondance", "squelette")
    with open_export(path) as contents:
        bilan = check_archive(contents, CLES_OUT, exporte=True)
    assert bilan.recompte is not None
    assert bilan.recompte.verdict is VerdictComptes.DIFFERENTS
    assert "squelette/010780054.bin manque" in bilan.fautes[0].phrase()


def compressed(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rapport.jws", "x" * 1000)


def doubled(path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "w") as archive:
        archive.writestr("rapport.jws", "x")
        archive.writestr("rapport.jws", "y")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


@pytest.mark.parametrize("spoil", [compressed, doubled, cut])
def test_a_file_that_is_no_export_is_refused(archive: Archive, tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = exported(archive, tmp_path)
    spoil(path)
    with pytest.raises(ReportError) as refused, open_export(path):
        pass
    assert refused.value.code == "archive_fichier"


def test_the_lisezmoi_speaks_of_every_file_in_the_words_of_everybody(archive: Archive) -> None:
    text = write_lisezmoi(archive.rapport, "0123456789abcdef", ["Madame la DPO : 01 23 45 67 89"]).decode()
    flat = " ".join(text.split())
    for name in files_of(archive):
        top = name.split("/")[0]
        assert top in text, name
    for words in (
        "Seuls des dossiers ouverts sur place prouvent que les drapeaux sont vrais",
        "Le squelette prouve que les comptes en découlent.",
        "temoin evidence check 0123456789abcdef",
        "Madame la DPO",
        "du 1er août au 31 octobre 2026 inclus",
    ):
        assert words in flat
    assert max(map(len, text.splitlines())) <= 100
    assert len(FICHIERS) == 12


def test_nobody_is_named_outside_of_what_is_sealed(archive: Archive) -> None:
    for name, data in files_of(archive).items():
        assert name.endswith(".fernet") or b"USAGER" not in data, name


Verify = Callable[..., tuple[int, str, str]]


@pytest.fixture
def verify(archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Verify:
    """`temoin-sdk verify` on an export without what stays on site; names of keys are those of their files."""
    write_public_key(tmp_path / "cle.jwk", KEY.public)
    write_public_key(tmp_path / "recepteur.jwk", RECEIVER.public)

    def run(*options: str) -> tuple[int, str, str]:
        words = [str(tmp_path / word) if word.endswith(".jwk") else word for word in options]
        path = exported(archive, tmp_path, "details", "correspondance", "pieces")
        code = execute(app, "temoin-sdk", ["verify", str(path), *words])
        said = capsys.readouterr()
        return code, " ".join(said.out.split()), " ".join(said.err.split())

    return run


def test_verify_recounts_an_export_and_bounds_what_it_proves(verify: Verify) -> None:
    code, out, err = verify("--cle", "cle.jwk", "--cle-accuse", "recepteur.jwk")
    assert (code, err) == (ExitCode.OK, "")
    for words in (
        "9 comptes et toutes les racines recalculés à partir des feuilles : tous égaux au rapport (comptes_conformes)",
        "1 compte déclaré ou donné tout fait, qu'aucune feuille ne permet de recalculer",
        "l'accusé de réception n° 12, du 22 novembre 2026 à 09 h 06 (UTC), est celui de ce rapport",
        "Restés sur place",
        "les documents dont des chiffres sont tirés",
        "seule la clé du site l'ouvre",
        "Seuls des dossiers ouverts sur place prouvent que les drapeaux sont vrais",
    ):
        assert words in out, words
    assert "PAS VÉRIFIÉE" not in out


@pytest.mark.parametrize("keys", [(), ("--cle", "cle.jwk"), ("--cle-accuse", "recepteur.jwk")])
def test_verify_without_every_key_says_so_and_is_no_success(verify: Verify, keys: tuple[str, ...]) -> None:
    code, out, _ = verify(*keys)
    assert code == ExitCode.BLOQUE
    assert "SIGNATURE N'EST PAS VÉRIFIÉE, faute de clé" in out
    assert "rien ne prouve qui parle" in out


def test_verify_names_every_fault_of_an_export(verify: Verify, archive: Archive) -> None:
    other_squelette(archive)
    other_days(archive)
    code, out, err = verify("--cle", "cle.jwk", "--cle-accuse", "recepteur.jwk")
    assert (code, out) == (ExitCode.PREUVE, "")
    for words in ("(4 écarts)", "dossiers actifs : le rapport dit 5, les feuilles donnent 6", "Code : archive_alteree"):
        assert words in err, err


def test_verify_takes_each_option_for_what_it_is_for(
    verify: Verify, archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify("--rapport", "cle.jwk")[0] == ExitCode.CONFIGURATION
    report, key = str(archive.folder / RAPPORT), str(tmp_path / "cle.jwk")
    assert execute(app, "temoin-sdk", ["verify", report, "--cle-accuse", key]) == ExitCode.CONFIGURATION
    assert "--cle-accuse ne sert que pour une archive exportée" in capsys.readouterr().err
