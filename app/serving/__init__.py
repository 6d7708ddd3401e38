"""What stands between the network and the answers: bounds, deadlines, turns, memory, counts."""
