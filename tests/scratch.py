"""A site in a scratch folder: articles written inline, built, and looked at as a mapping of paths to bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from backissue.building import Options, Report
from backissue.pipeline import build

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def article(title: str = "A title", body: str = "Some text.", **front: str) -> str:
    """The text of an article's file; `front` gives further lines of front matter as they are written."""
    lines = [f'title: "{title}"', *(f"{key}: {value}" for key, value in front.items())]
    return "---\n" + "\n".join(lines) + f"\n---\n\n{body}\n"


class ScratchSite:
    """A site below a folder. Every build is told the same time."""

    def __init__(self, root: Path, settings: str = "title: Scratch\nurl: https://archive.example\n") -> None:
        self.root = root
        (root / "content").mkdir(parents=True, exist_ok=True)
        self.write("site.yaml", settings)

    @property
    def output(self) -> Path:
        return self.root / "public"

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file below the root, so that its stamp differs even within one tick of the clock."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(target.name + "~")
        temporary.write_bytes(text if isinstance(text, bytes) else text.encode())
        temporary.replace(target)
        return target

    def put(self, name: str, *args: str, **front: str) -> Path:
        """Write an article below `content/`."""
        return self.write(f"content/{name}", article(*args, **front))

    def remove(self, path: str) -> None:
        (self.root / path).unlink()

    def build(self, **options: object) -> Report:
        asked = {"jobs": 1, "explain": True, "allow_gone": True} | options
        return build(Options(root=self.root, **asked), lambda *_: None, NOW)

    def built(self, **options: object) -> dict[str, str]:
        """Build, and give what was rendered: path and reason."""
        return dict(self.build(**options).explained)

    def tree(self, folder: Path | None = None) -> dict[str, bytes]:
        """Every file of the site."""
        top = folder or self.output
        return {
            path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()
        }

    def manifests(self, beside: Path | None = None) -> dict[str, bytes]:
        """The manifests of the last build; of the one whose state lies in a folder, where one is given."""
        folder = (beside or self.root) / "manifests"
        return {path.name: path.read_bytes() for path in sorted(folder.glob("*"))}

    def clean_tree(self, scratch: Path) -> dict[str, bytes]:
        """Every file of a clean build of the same content into another folder."""
        self.build(output=scratch / "site", state=scratch / "state", clean=True)
        return self.tree(scratch / "site")

    def page(self, path: str) -> str:
        return (self.output / path).read_text(encoding="utf-8")


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> dict[str, tuple[bytes | None, bytes | None]]:
    """The files in which two sites differ, with the bytes of each."""
    paths = [path for path in sorted(one.keys() | other.keys()) if one.get(path) != other.get(path)]
    return {path: (one.get(path), other.get(path)) for path in paths}
