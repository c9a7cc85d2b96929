"""Ricercar's window. Imports `composer`; is never imported by it."""
