"""The machine: one compiled kernel that runs any program, over many lanes, step after step."""
