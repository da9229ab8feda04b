"""The worker portal: sign in, choose a job, label tasks; plain pages from the server and a little script."""
