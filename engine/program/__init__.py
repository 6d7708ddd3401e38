"""Programs: straight-line lists of array operations, and what makes them."""
