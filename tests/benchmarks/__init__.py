"""Workloads beside their peers: `make bench`. Never timed unit tests; only ratios taken in one run count."""
