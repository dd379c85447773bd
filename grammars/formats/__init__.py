"""One file per product log, found by walking this folder."""
