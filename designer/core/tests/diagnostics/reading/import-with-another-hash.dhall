-- error S0015 system.dhall:4:1: good.dhall has the hash sha256:395e10e5d4ec4c5915cda90ee4d2a87d2a1ff2289f42e57591517d8125ca347d, which is not the one that is asked for
--   here: ./good.dhall
--   help: correct the hash, or leave it out
./good.dhall
  sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
