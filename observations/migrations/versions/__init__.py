"""One file for each step, in order; a step is never changed once it has been taken somewhere."""
