"""The counts as a careful person makes them, from the rows that the server holds; nothing of Témoin is used.

Settings: stays of the window, project on the last day, agenda of the window, DMP of eligible persons only, every reason
of non-eligibility admitted.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Rows = list[dict[str, Any]]


def count_limpide(modules: dict[str, Rows], sites: set[str], zone: str, debut: date, fin: date) -> dict[str, int]:
    """The counts that Limpide supplies for the sites of one establishment in [debut, fin)."""

    def day(text: str) -> date:
        return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).date()

    def here(module: str, column: str = "") -> Rows:
        rows = [row for row in modules[module] if row["siteId"] in sites]
        return [row for row in rows if not column or debut <= day(row[column]) < fin]

    stays = [
        row
        for row in here("stays")
        if row["kind"] != "WAITING_LIST"
        and date.fromisoformat(row["start"]) < fin
        and (row["end"] is None or date.fromisoformat(row["end"]) >= debut)
    ]
    accompanied = {row["residentId"] for row in stays}
    eligible = accompanied - {row["residentId"] for row in stays if row["projectExclusion"]}
    written = {row["residentId"] for row in here("transmissions", "writtenAt") if row["author"]["type"] == "USER"}
    active = accompanied & written
    last = _last_days(((row["residentId"], row["end"]) for row in stays), fin)
    planned = {
        row["residentId"]
        for row in here("project-actions")
        if row["residentId"] in last
        and row["status"] in {"DRAFT", "SIGNED"}
        and row["from"] <= last[row["residentId"]] <= (row["until"] or "9999-12-31")
    }
    agenda = {
        resident
        for row in here("appointments", "startsAt")
        if row["status"] != "CANCELLED"
        for resident in row["residentIds"]
    }
    deposits = [row for row in here("dmp-deposits", "depositedAt") if row["state"] == "ACCEPTED"]
    messages = [row for row in here("secure-messages", "sentAt") if row["state"] == "SENT"]
    return {
        "personnes_accompagnees": len(accompanied),
        "personnes_eligibles": len(eligible),
        "dossiers_actifs": len(active),
        "dossiers_actifs_projet": len(active & planned),
        "dossiers_actifs_agenda": len(active & agenda),
        "messages_mss": len({row["messageId"] for row in messages}),
        "dmp_alimentes": len(eligible & {row["residentId"] for row in deposits}),
        "documents_dmp": len({row["documentId"] for row in deposits}),
    }


def count_carnet(modules: dict[str, Rows], structure: str, debut: date, fin: date) -> dict[str, int]:
    """The counts that Vieux Carnet supplies for one structure in [debut, fin), on the clock of Paris."""

    def day(text: str) -> date:
        return date(int(text[6:10]), int(text[3:5]), int(text[:2]))

    def here(module: str) -> Rows:
        rows = [row for row in modules[module] if row["structure"] == structure]
        return [row for row in rows if "date" not in row or debut <= day(row["date"]) < fin]

    accompanied = {
        row["usager"]
        for row in here("sejours")
        if day(row["entree"]) < fin and (not row["sortie"] or day(row["sortie"]) >= debut)
    }
    active = accompanied & {row["usager"] for row in here("ecritures")}
    planned = {row["usager"] for row in here("projets") if row["etat"] in "PA"}
    agenda = {row["usager"] for row in here("agenda") if row["etat"] != "ANNULE"}
    return {
        "personnes_accompagnees": len(accompanied),
        "personnes_eligibles": len(accompanied),
        "dossiers_actifs": len(active),
        "dossiers_actifs_projet": len(active & planned),
        "dossiers_actifs_agenda": len(active & agenda),
    }


def _last_days(stays: Any, fin: date) -> dict[int, str]:
    """Per person the day on which the project is looked at: the window's last, or the exit's if it came before."""
    window = (fin - timedelta(days=1)).isoformat()
    found: dict[int, str] = {}
    for resident, end in stays:
        found[resident] = max(found.get(resident, ""), min(end or window, window))
    return found
