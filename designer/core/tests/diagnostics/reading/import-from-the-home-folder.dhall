-- error S0007 system.dhall:4:1: an import from the home folder is not allowed
--   here: ~/system.dhall
--   help: import by a relative path inside of the folder of the design
~/system.dhall
