-- error S0012 system.dhall:4:28: the field `author` is not known
--   here: "me" }
--   help: compare with septum/System.dhall, or with what `septum new` writes
./good.dhall // { author = "me" }
