"""backissue: turns a pile of news articles into a permanent, browsable web archive."""

__version__ = "0.1.0"
