"""From the answers to one field to its verdict: one module for each kind of field, all behind one protocol."""
