-- error S0190 system.dhall:16:11 rules: this version does not build the verification of rules
--   here: [ Septum.Rule.NoFlow { from = "ping", to = "pang
--   help: remove them for now
-- error S0103 system.dhall:16:54 rules[0].to: the system has no partition `pang`
--   here: "pang" }
--   help: the partitions are `ping`, `pong`
-- error S0103 system.dhall:17:49 rules[1].from: the system has no partition `pang`
--   here: "pang", to = "pong", via = "peng" }
--   help: the partitions are `ping`, `pong`
-- error S0103 system.dhall:17:76 rules[1].via: the system has no partition `peng`
--   here: "peng" }
--   help: the partitions are `ping`, `pong`
let Septum = ./septum/package.dhall

in  ./good.dhall // { rules =
          [ Septum.Rule.NoFlow { from = "ping", to = "pang" }
          , Septum.Rule.AllFlowThrough { from = "pang", to = "pong", via = "peng" }
          ]
        }
