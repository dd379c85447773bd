"""What every format is made of."""
