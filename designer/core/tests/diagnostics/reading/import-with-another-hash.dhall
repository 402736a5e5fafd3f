-- error S0015 system.dhall:4:1: good.dhall has the hash sha256:8f37e6301d253e47686ebb112bc1d1950a7c3eb94e35ce0a5d128ca788d13a79, which is not the one that is asked for
--   here: ./good.dhall
--   help: correct the hash, or leave it out
./good.dhall
  sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
