"""`temoin outbox`: looking at reports, carrying them, sending again; what cannot be believed is set aside."""

import stat


def waiting_report(ready, receiver, reply):
    """A report that waits because its receiver failed once."""
    receiver.replies = [reply(500)] * 4
    ready.run("run")
    (name,) = ready.files("a-envoyer")
    return ready.dossier / "a-envoyer" / name


def test_list_names_every_report_and_where_it_stands(receiver, ready, reply, instant, later):
    assert "0 rapport dans" in ready.run("outbox", "list").text
    ready.run("run")
    instant(later)
    report = waiting_report(ready, receiver, reply)
    text = ready.run("outbox", "list").text

    assert f"{report.stem[-16:]} à envoyer dui-2025 du 1er septembre au 30 novembre 2026 inclus" in text
    assert "accusé dui-2025 du 1er août au 31 octobre 2026 inclus intermédiaire 1" in text
    assert "2 rapports dans" in text


def test_show_gives_figures_digests_paths_and_the_receipt(receiver, ready):
    ready.run("run")
    (rapport,) = ready.reports("accuses")
    name = ready.files("accuses")[1]
    digest = next(iter(receiver.receipts))
    ran = ready.run("outbox", "show", digest[:6])

    assert ran.code == 0, ran.text
    assert f"Empreinte du rapport : {digest}" in ran.text
    assert "EHPAD Les Glycines (010780054), PA" in ran.text
    assert "réception n° 1, accusé vérifié" in ran.text
    assert str(ready.dossier / "accuses") in ran.text
    assert digest.startswith(name.removesuffix(".recu.jws")[-16:])
    assert rapport.numero == 1


def test_show_says_why_a_report_was_refused(receiver, ready, refuse):
    receiver.replies = [refuse(401, "cle_inconnue", "Cette clé n'est pas inscrite.")]
    ready.run("run")
    repere = ready.files("refuses")[0].removesuffix(".jws")[-16:]
    assert "Cette clé n'est pas inscrite." in ready.run("outbox", "show", repere).text


def test_show_uses_the_campaign_the_report_was_made_with(receiver, ready):
    ready.run("run")
    repere = ready.files("accuses")[0].removesuffix(".jws")[-16:]
    ready.data["projets"][0]["campagne"] = "generalisation-2022-normandie"
    ready.write()
    assert "généralisation 2025" in ready.run("outbox", "show", repere).text


def test_a_receipt_altered_on_disk_is_not_called_verified(receiver, ready):
    ready.run("run")
    recu = ready.dossier / "accuses" / ready.files("accuses")[0].replace(".jws", ".recu.jws")
    head, body, signature = recu.read_text().split(".")
    recu.write_text(f"{head}.{body}.{signature[:-4]}AAAA")
    ran = ready.run("outbox", "show", recu.name.removesuffix(".recu.jws"))
    assert ran.code == 9
    assert "ne peut pas être cru" in ran.text


def test_a_mark_is_asked_for_precisely(receiver, ready):
    ready.run("run")
    ran = ready.run("outbox", "show", "abc")
    assert ran.code == 3
    assert "Aucun rapport ici n'a pour repère « abc »" in ran.text


def test_an_ambiguous_mark_lists_the_candidates(receiver, ready, monkeypatch):
    ready.run("run")
    (report, _) = ready.files("accuses")
    folder = ready.dossier / "accuses"
    twin = report.replace("_v1_", "_v2_")
    (folder / twin).write_bytes((folder / report).read_bytes())
    ran = ready.run("outbox", "show", report.removesuffix(".jws")[-16:])
    assert "Plusieurs rapports commencent par" in ran.text


def test_export_copies_what_waits_and_overwrites_nothing(receiver, ready, reply, tmp_path):
    report = waiting_report(ready, receiver, reply)
    key = tmp_path / "clé usb"
    ran = ready.run("outbox", "export", str(key))

    assert ran.code == 0
    assert "1 rapport exporté (1 fichier copié)" in ran.text
    assert (key / report.name).read_bytes() == report.read_bytes()
    assert "0 fichier copié" in ready.run("outbox", "export", str(key)).text
    (key / report.name).write_text("autre chose")
    ran = ready.run("outbox", "export", str(key))
    assert ran.code == 8
    assert (key / report.name).read_text() == "autre chose"


def test_export_takes_the_receipt_along(receiver, ready, tmp_path):
    ready.run("run")
    digest = next(iter(receiver.receipts))
    ran = ready.run("outbox", "export", str(tmp_path / "copie"), digest[:8])
    assert "1 rapport exporté (2 fichiers copiés)" in ran.text


def test_retry_wants_to_know_what(ready):
    assert ready.run("outbox", "retry").code == 3
    assert ready.run("outbox", "retry", "abcd", "--tous").code == 3
    assert ready.run("outbox", "retry", "--tous").code == 0


def test_a_spoilt_file_goes_to_quarantine_with_its_reason_and_the_others_go_on(receiver, ready, reply, instant, later):
    report = waiting_report(ready, receiver, reply)
    head, body, signature = report.read_text().split(".")
    report.write_text(f"{head}.{body[:-8]}AAAAAAAA.{signature}")
    instant(later)
    receiver.replies = []
    ran = ready.run("run")

    assert ran.code == 8
    assert "Mis en quarantaine" in ran.text
    assert len(ready.reports("accuses")) == 1
    reason, spoilt = sorted(ready.files("quarantaine"), key=len, reverse=True)
    assert spoilt == report.name
    assert "La signature ne correspond pas" in (ready.dossier / "quarantaine" / reason).read_text(encoding="utf-8")
    assert ready.reports("accuses")[0].numero == 2
    assert "en quarantaine" in ready.run("status").text


def test_a_spoilt_file_comes_back_from_the_copy_kept_with_its_evidence(receiver, ready, reply):
    report = waiting_report(ready, receiver, reply)
    good = report.read_text()
    report.write_text("n'importe quoi")
    receiver.replies = []
    assert ready.run("push").code == 8
    ran = ready.run("outbox", "retry", report.stem[-16:])

    assert ran.code == 0, ran.text
    assert receiver.received[-1] == good
    assert len(ready.reports("accuses")) == 1


def test_a_spoilt_file_without_copy_stays_aside_and_says_why(receiver, ready, reply):
    report = waiting_report(ready, receiver, reply)
    report.write_text("n'importe quoi")
    (ready.dossier / "preuves" / "dui-2025" / report.stem / "rapport.jws").unlink()
    ready.run("push")
    ran = ready.run("outbox", "retry", "--tous")
    assert ran.code == 9
    assert len(ready.files("quarantaine")) == 2


def test_a_report_under_another_name_is_set_aside(receiver, ready, reply):
    report = waiting_report(ready, receiver, reply)
    receiver.replies = []
    report.rename(report.with_name(report.name.replace("_v1_", "_v2_")))
    ran = ready.run("push")
    assert "son nom n'est pas celui de son contenu" in ran.text
    assert len(ready.files("quarantaine")) == 2


def test_a_report_signed_by_another_key_is_set_aside(receiver, ready, reply):
    waiting_report(ready, receiver, reply)
    receiver.replies = []
    cles = ready.dossier / "cles"
    (cles / "signature.pem").unlink()
    (cles / "signature.jwk").unlink()
    (ready.dossier / "installation").unlink()
    ready.run("cles", "creer")
    before = len(receiver.received)
    ran = ready.run("push")
    assert ran.code == 8
    assert len(receiver.received) == before


def test_what_is_no_report_is_set_aside_and_hidden_files_are_let_be(receiver, ready):
    folder = ready.dossier / "a-envoyer"
    ready.run("run")
    (folder / "Liste des usagers.xlsx").write_bytes(b"PK")
    (folder / ".DS_Store").write_bytes(b"x")
    for _ in range(2):
        (folder / "note.txt").write_text("à faire")
        assert ready.run("push").code == 8
    aside = ready.files("quarantaine")
    assert "Liste des usagers.xlsx" in aside
    assert {"note.txt", "note.2.txt"} <= set(aside)
    assert (folder / ".DS_Store").exists()


def test_everything_written_is_private_to_the_account(receiver, ready):
    ready.run("run")
    for path in [ready.dossier, *ready.dossier.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_files_once_written_are_never_changed(receiver, ready, digest_tree):
    ready.run("run")
    before = digest_tree(ready.dossier)
    ready.facts["personnes"][0]["projet"] = False
    ready.write_facts()
    ready.run("run", "--corriger", "autre")
    after = digest_tree(ready.dossier)
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed <= {"chaine.json", ".verrou.json", "registres/recepteur.essai.example.json"}
