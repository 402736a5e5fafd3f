-- error S0007 system.dhall:4:1: an import that is `missing` is not allowed
--   here: missing
--   help: import by a relative path inside of the folder of the design
missing
