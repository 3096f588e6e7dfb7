"""`make guide`: write every generated page again."""

from guide.pages import PAGES, ROOT

for path, page in PAGES.items():
    (ROOT / path).write_text(page(), "utf-8")
