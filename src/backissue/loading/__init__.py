"""Bytes to articles, and back: front matter, Markdown files, JSON Lines."""
