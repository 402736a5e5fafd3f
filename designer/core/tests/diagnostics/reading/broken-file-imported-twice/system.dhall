./parts/more.dhall // ./parts/more.dhall
