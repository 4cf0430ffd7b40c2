"""Looks through a built site: links, anchors, files, feeds, maps, markup, titles, pictures, other hosts, orphans."""

from .findings import RULES, Finding
from .running import check_archive, check_archive_fixity, check_archive_withdrawn
from .site import check_site

__all__ = ["RULES", "Finding", "check_archive", "check_archive_fixity", "check_archive_withdrawn", "check_site"]
