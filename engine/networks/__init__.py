"""Networks: what they are, how they learn, and what there is to see of them."""
