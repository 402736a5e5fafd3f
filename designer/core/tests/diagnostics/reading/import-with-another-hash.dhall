-- error S0015 system.dhall:4:1: good.dhall has the hash sha256:54d0ebba2cd7079961af48646dfc981c0888fcedc1eead2383a5d6d127d4f79c, which is not the one that is asked for
--   here: ./good.dhall
--   help: correct the hash, or leave it out
./good.dhall
  sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
