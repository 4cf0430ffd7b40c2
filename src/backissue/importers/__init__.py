"""Readers of other formats: one module a format, each a stream of outcomes."""
