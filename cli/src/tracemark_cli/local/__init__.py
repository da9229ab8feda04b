"""This machine: files, storage, state, functions, images."""
