"""What hosts of static sites take: files, folders, bytes; and what a site has of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

GB = 1_000_000_000
MIB = 1 << 20


class Host(NamedTuple):
    """The limits of a host, 0 for what it does not limit: files; files and folders together; files in one folder; bytes
    of the whole; bytes of one file. `more` is what to say of where more is taken.
    """

    name: str
    files: int = 0
    entries: int = 0
    in_folder: int = 0
    size: int = 0
    file_size: int = 0
    more: str = ""


HOSTS = {
    "cloudflare-pages": Host(
        "Cloudflare Pages", files=20_000, file_size=25 * MIB, more="a paid plan takes 100,000 files"
    ),
    "github-pages": Host("GitHub Pages", size=GB),
    "gitlab-pages": Host("GitLab Pages", entries=200_000, size=GB, more="your own GitLab can take more"),
    "netlify": Host("Netlify", in_folder=54_000),
}
"""The hosts by the names that site.yaml gives them. As of 2026, by developers.cloudflare.com/pages/platform/limits,
docs.github.com (GitHub Pages limits), docs.gitlab.com (GitLab.com settings), docs.netlify.com (site deploys).
"""


class Extent(NamedTuple):
    """What a site has: files; folders; its fullest folder and the files in that; bytes, of which new pages' are an
    estimate; its largest file, as far as looked at, and the bytes of that.
    """

    files: int
    folders: int
    fullest: str
    in_fullest: int
    size: int
    largest: str
    largest_size: int


def exceeded(host: Host, extent: Extent) -> Iterator[str]:
    """A line for each limit that a site is over: what, by how much, what to do."""
    fewer = "fewer sizes of pictures (images.sizes) or feeds (feeds.lists), a larger page_size"
    if host.files and extent.files > host.files:
        yield _line(host, f"{host.files:,} files", f"{extent.files:,}", fewer)
    entries = extent.files + extent.folders
    if host.entries and entries > host.entries:
        yield _line(host, f"{host.entries:,} files and folders", f"{entries:,}", fewer)
    if host.in_folder and extent.in_fullest > host.in_folder:
        place = extent.fullest or "the root"
        yield _line(host, f"{host.in_folder:,} files in a folder", f"{extent.in_fullest:,} in {place}", "another host")
    if host.size and extent.size > host.size:
        fewer = "smaller originals of pictures, fewer sizes of them (images.sizes)"
        yield _line(host, f"{host.size / GB:g} GB", f"about {extent.size / GB:.2f} GB", fewer)
    if host.file_size and extent.largest_size > host.file_size:
        size = f"{extent.largest_size / MIB:.1f} MiB: {extent.largest}"
        yield _line(host, f"files of {host.file_size // MIB} MiB", size, "a smaller file")


def _line(host: Host, limit: str, there: str, remedy: str) -> str:
    more = f"; {host.more}" if host.more else ""
    return f"{host.name} takes {limit}, and this site has {there} — {remedy} would help, or a server of your own{more}"
