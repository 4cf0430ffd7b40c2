"""A theme that shows all that its templates are given, so that a page differs whenever its view does."""

from __future__ import annotations

from tests.scratch import ScratchSite

from backissue.theme import VIEWS

_ARTICLE = """{{ path }} {{ root }} {{ site }}
{{ view.card }}
{{ view.details }}
{{ view.earlier }} {{ view.later }} {{ view.threads }} {{ view.resolved }}
{{ view.apart }} {{ view.lead }} {{ view.copies }} {{ view.versions }} {{ view.referrers }} {{ view.history }}
{{ body }}
"""

_HISTORY = """{{ path }} {{ root }} {{ site }} {{ view.lead }} {{ view.changes }}
{% for version in view.versions %}{{ version.id }} {{ version.card }} {{ version.details }}
{% endfor %}
{{ changes }}
"""
_CHANGES = """{{ path }} {{ root }} {{ site }} {{ view.lead }} {{ view.history }} {{ view.earlier }} {{ view.later }}
{% for version in (view.older, view.newer) %}{{ version.id }} {{ version.card }} {{ version.details }}
{% endfor %}
{{ changed }}
"""
_TEXTS = {"article.html": _ARTICLE, "versions.html": _HISTORY, "changes.html": _CHANGES}


def use_plain_theme(site: ScratchSite) -> None:
    """Put the theme into the site's own templates."""
    for name in VIEWS:
        text = _TEXTS.get(name, "{{ path }} {{ root }} {{ site }}\n{{ view }}\n")
        site.write(f"templates/{name}", text)
