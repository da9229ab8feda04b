"""A labeled folder for programs: its items, answers and signals as pandas and numpy have them."""
