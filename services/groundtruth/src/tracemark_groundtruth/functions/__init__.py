"""How a function is called: in process, at an endpoint, in a container."""
