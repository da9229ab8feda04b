"""Jobs as the service runs them: durable steps, each taken up again where a crash left it."""
