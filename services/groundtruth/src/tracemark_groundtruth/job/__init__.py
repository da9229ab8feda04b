"""What a labeling job is: its request, answers, output tree, output lines and result."""
