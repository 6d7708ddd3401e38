"""Update rules as text: read from what a student types, printed from what an optimiser of the catalogue does."""
