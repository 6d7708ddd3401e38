"""Data that a model is trained on: given, pasted or drawn, checked and scaled."""
