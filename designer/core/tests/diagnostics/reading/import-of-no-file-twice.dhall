-- error S0009 system.dhall:7:13: the imported file board.dhall does not exist
--   here: ./board.dhall
--   help: an import names a file of Dhall, from the folder of the file that it stands in
-- error S0009 system.dhall:9:21: the imported file board.dhall does not exist
--   here: ./board.dhall // board
--   help: an import names a file of Dhall, from the folder of the file that it stands in
let board = ./board.dhall

in  ./good.dhall // ./board.dhall // board
