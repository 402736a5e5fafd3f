-- error S0012 system.dhall:4:1: this is a Natural, but must be a record
--   here: 42
--   help: compare with septum/System.dhall, or with what `septum new` writes
42
