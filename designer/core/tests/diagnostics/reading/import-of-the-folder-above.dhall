-- error S0008 system.dhall:4:1: this import leaves the project folder
--   here: ../system.dhall
--   help: import by a relative path inside of the folder of the design
../system.dhall
