"""Where legs are found: one contract, several stores."""
