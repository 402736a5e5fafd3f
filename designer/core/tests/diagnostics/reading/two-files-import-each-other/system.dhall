./good.dhall // ./a.dhall
