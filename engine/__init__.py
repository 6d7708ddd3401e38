"""The engine of Fall Line: programs, derivatives, the machine, optimisers."""
