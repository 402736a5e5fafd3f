-- error S0009 system.dhall:4:17: the imported file machines/board.dhall does not exist
--   here: ./machines/board.dhall
--   help: an import names a file of Dhall, from the folder of the file that it stands in
./good.dhall // ./machines/board.dhall
