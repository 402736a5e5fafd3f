-- error S0015 system.dhall:4:1: good.dhall has the hash sha256:9d7fa9854f52568c7e2bd2b48708bcb7566154bb096ea6b4cc0bdefc140af16d, which is not the one that is asked for
--   here: ./good.dhall
--   help: correct the hash, or leave it out
./good.dhall
  sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
