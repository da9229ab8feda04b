"""How a log is written, found out from the log itself; what is not certain becomes a question."""
