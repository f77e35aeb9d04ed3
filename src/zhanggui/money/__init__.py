"""What the money did: settlements against orders, fees, margins, as decisions with their amounts and reasons."""
