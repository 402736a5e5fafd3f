./good.dhall // ./system.dhall
