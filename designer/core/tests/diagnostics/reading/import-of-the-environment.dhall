-- error S0007 system.dhall:4:10: an import of the environment variable USER is not allowed
--   here: env:USER as Text }
--   help: import by a relative path inside of the folder of the design
{ name = env:USER as Text }
