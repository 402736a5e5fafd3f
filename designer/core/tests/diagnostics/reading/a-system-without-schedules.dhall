-- error S0012 system.dhall:4:1: the field `channels` is missing; the field `format` is missing; the field `machine` is missing; and 5 more
--   here: { name = "half" }
--   help: compare with septum/System.dhall, or with what `septum new` writes
{ name = "half" }
