"""The embedded store: the parts behind `queries/stores/sqlite.py`."""
