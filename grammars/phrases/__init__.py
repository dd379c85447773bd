"""Words of products that say nothing about a message, one file per product; formats read them when a line needs it."""
