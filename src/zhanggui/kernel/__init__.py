"""Values without a home: money, periods, identity, clock, limits, errors, phrases."""
