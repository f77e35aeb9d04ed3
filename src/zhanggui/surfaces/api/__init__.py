"""The server: routes made from the catalogue, sessions and headers; it translates and never computes."""
