"""What processors tell, or were asked: posted once, and what follows from it."""
