"""A theme that shows all that its templates are given, so that a page differs whenever its view does."""

from __future__ import annotations

from tests.scratch import ScratchSite

from backissue.rendering import VIEWS

_ARTICLE = """{{ path }} {{ root }} {{ site }}
{{ view.card }}
{{ view.details }}
{{ view.earlier }} {{ view.later }} {{ view.threads }} {{ view.resolved }}
{{ view.apart }} {{ view.lead }} {{ view.copies }} {{ view.versions }} {{ view.referrers }}
{{ body }}
"""


def use_plain_theme(site: ScratchSite) -> None:
    """Put the theme into the site's own templates."""
    for name in VIEWS:
        text = _ARTICLE if name == "article.html" else "{{ path }} {{ root }} {{ site }}\n{{ view }}\n"
        site.write(f"templates/{name}", text)
