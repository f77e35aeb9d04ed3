"""The command `zhanggui`: arguments in, tables or JSON out, exit codes that scripts can rely on."""
