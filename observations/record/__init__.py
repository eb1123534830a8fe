"""What an observation is: the tables that every feature meets in, its categories and its workflow."""
