"""Bytes to articles, and back: front matter, Markdown files, JSON Lines."""

MARKDOWN_SUFFIXES = (".md", ".markdown")
"""How the names of files end that hold one article each."""

LINES_SUFFIXES = (".jsonl", ".jsonl.gz")
"""How those end that hold one on each line."""

ARTICLE_SUFFIXES = (*MARKDOWN_SUFFIXES, *LINES_SUFFIXES)
"""How the names of files that hold articles end; all other files of the content folder are pictures and the like."""
