-- error S0015 system.dhall:4:1: good.dhall has the hash sha256:7ee523b60bf66e784ed2c4441f007ed13428c55e2e67a54a7076698fed5f348a, which is not the one that is asked for
--   here: ./good.dhall
--   help: correct the hash, or leave it out
./good.dhall
  sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
