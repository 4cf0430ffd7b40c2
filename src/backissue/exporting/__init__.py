"""The whole archive as data: JSON Lines, CSV, SQLite, Parquet, an OAI-PMH static repository, a BagIt bag, a WACZ."""

from .runner import FORMATS, Exported, run_export

__all__ = ["FORMATS", "Exported", "run_export"]
