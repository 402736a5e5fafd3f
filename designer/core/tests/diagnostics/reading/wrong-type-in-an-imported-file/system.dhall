./good.dhall // ./more.dhall
