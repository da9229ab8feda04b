"""How far workers agree, for every kind of answer: pure functions of what they gave."""
