"""Ricercar's library: symbolic music in, a continuation in a chosen style out. No Qt anywhere in it."""

__version__ = "0.1.0"
