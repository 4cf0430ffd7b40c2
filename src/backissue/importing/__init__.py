"""Importing: inputs of any format → articles in the content folder, with accounts that balance."""

from .accounts import Accounts, Fault
from .runner import run_group, run_import

__all__ = ["Accounts", "Fault", "run_group", "run_import"]
