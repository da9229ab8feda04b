"""How the service is seen from outside: figures, request ids, log and traces."""
