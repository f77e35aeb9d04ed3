"""Which goods are the same: listings, seller codes and barcodes to internal SKUs, bundles and their components."""
