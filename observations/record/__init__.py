"""What an observation is: the tables that every feature meets in, its categories and its workflow."""

from observations.record import counting  # noqa: F401  # whoever changes an observation has it counted
