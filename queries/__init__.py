"""What can be asked, and of whom: legs, questions, and the stores that answer them."""
