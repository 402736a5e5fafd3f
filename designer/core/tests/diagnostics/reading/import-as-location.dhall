-- error S0007 system.dhall:4:1: an import `as Location` is not allowed here
--   here: ./good.dhall as Location
--   help: import by a relative path inside of the folder of the design
./good.dhall as Location
