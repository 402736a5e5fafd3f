-- error S0012 system.dhall:11:14: `channels.kind` is a Natural, but must be one of Queuing, Sampling, Signal
--   here: 3
--   help: compare with septum/System.dhall, or with what `septum new` writes
{ format = 1
, name = "plain"
, seed = 0
, machine = (./good.dhall).machine
, partitions = (./good.dhall).partitions
, channels =
  [ { name = "balls"
    , kind = 3
    , from = { partition = "ping", port = "out" }
    , to = { partition = "pong", port = "in" }
    }
  ]
, memories = (./good.dhall).memories
, schedules = (./good.dhall).schedules
, rules = (./good.dhall).rules
}
