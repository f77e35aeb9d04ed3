"""The catalogue as tools of the Model Context Protocol, for assistants: over standard input, and at the server's /mcp."""
