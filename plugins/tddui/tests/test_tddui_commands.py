"""What the commands say to a gestionnaire."""


def test_etat_tells_exports_establishments_and_what_was_tolerated(depot, lot, run):
    for day in ("2026-07-06", "2026-09-07", "2026-09-14"):
        export = lot(date=f"{day}T03:00:00+02:00")
        person, stay = export.present()
        export.evenement(person, stay)
        depot.take(export)
    ran = run("etat", "--depot", depot.folder)
    assert ran.code == 0
    assert "Exports : 3, du 6 juillet 2026 au 14 septembre 2026" in ran.text
    assert "1 evenement, 1 sejour, 1 usager" in ran.text
    assert "010780054 : 1 usagers, 1 séjours" in ran.text
    assert "63 jours sans export après le 6 juillet 2026" in ran.text
    assert "3 références vers une ressource absente du lot" in ran.text


def test_etat_tells_exports_that_prove_nothing(depot, lot, run):
    depot.take(lot(date=None))
    depot.take(lot(date=None, finess="2A0000154"), nom="TDDUI_2A0000154_2026-08-01_2026-10-31_1.json")
    text = run("etat", "--depot", depot.folder).text
    assert "1 sans date" in text
    assert "1 datés par la période de leur nom" in text


def test_import_tells_what_it_took_and_what_has_no_date(depot, lot, run):
    export = lot(date=None)
    export.present()
    (depot.exports / "a.json").write_bytes(export.octets())
    (depot.exports / "notes.txt").write_text("rien", encoding="utf-8")
    ran = run("import", depot.exports, "--depot", depot.folder)
    assert ran.code == 0
    assert "1 exports pris, 0 déjà connus, 0 refusés." in ran.text
    assert "1 exports ne portent aucune date" in ran.text
    again = run("import", depot.exports, "--depot", depot.folder)
    assert "0 exports pris, 1 déjà connus" in again.text


def test_import_takes_one_file_a_pattern_and_a_date(depot, lot, run):
    export = lot(date=None)
    export.present()
    (depot.exports / "a.fhir").write_bytes(export.octets())
    assert "0 exports pris" in run("import", depot.exports, "--depot", depot.folder).text
    ran = run("import", depot.exports, "--depot", depot.folder, "--motif", "*.fhir", "--date", "2026-10-05")
    assert "1 exports pris" in ran.text
    assert "aucune date" not in ran.text
    assert (
        "1 déjà connus" in run("import", depot.exports / "a.fhir", "--depot", depot.folder, "--date", "2026-10-05").text
    )
    assert "5 octobre 2026" in run("etat", "--depot", depot.folder).text


def test_a_date_that_is_none_is_refused(depot, run):
    ran = run("import", depot.exports, "--depot", depot.folder, "--date", "05/10/2026")
    assert (ran.code, "tddui_date" in ran.text) == (3, True)


def test_an_absent_folder_or_store_is_said(depot, run, tmp_path):
    ran = run("import", tmp_path / "absent", "--depot", depot.folder)
    assert (ran.code, "tddui_dossier_absent" in ran.text) == (3, True)
    ran = run("etat", "--depot", tmp_path / "vide")
    assert (ran.code, "tddui_depot_absent" in ran.text) == (8, True)


def test_the_store_may_be_named_by_the_environment(depot, lot, run, monkeypatch):
    depot.take(lot())
    monkeypatch.setenv("TEMOIN_TDDUI_DEPOT", str(depot.folder))
    assert run("etat").code == 0
