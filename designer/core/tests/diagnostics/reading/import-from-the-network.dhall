-- error S0007 system.dhall:4:1: an import from the network (example.com/system.dhall) is not allowed
--   here: https://example.com/system.dhall
--   help: import by a relative path inside of the folder of the design
https://example.com/system.dhall
