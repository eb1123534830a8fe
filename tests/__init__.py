"""The tests: they mirror uploads/ and observations/, plus contracts/, journeys/ and faults/."""
