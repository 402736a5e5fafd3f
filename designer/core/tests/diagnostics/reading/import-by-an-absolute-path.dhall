-- error S0007 system.dhall:4:1: an import by an absolute path is not allowed
--   here: /etc/system.dhall
--   help: import by a relative path inside of the folder of the design
/etc/system.dhall
