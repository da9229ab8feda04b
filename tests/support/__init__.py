"""Doubles, servers and set-ups that tests share."""
