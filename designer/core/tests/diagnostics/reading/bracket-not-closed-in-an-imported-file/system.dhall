./good.dhall // ./parts/more.dhall
