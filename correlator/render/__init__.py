"""The answer in words and as JSON: renderers add nothing to it."""
