"""What the seller does and what it costs: goods in and out, parcels, claims, settlements, the bank, voices, true profit."""
