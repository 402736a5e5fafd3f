-- error S0103 system.dhall:18:34 channels[0].to.partition: the system has no partition `pang`
--   here: "pang", port = "in" }
--   help: the partitions are `ping`, `pong`
-- warning S0180 good.dhall:16:16 partitions[1].name: `pong` is unreachable: it has no channel, interrupt, device or memory
--   here: "pong"
--   help: connect it, or remove it
-- error S0105 good.dhall:19:44 partitions[1].program[0].port: `pong` has no port `in`
--   here: "in", timeout_ns = None Natural } ]
--   help: connect a channel to a port of this name
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { channels =
          [ Septum.Channel::{
            , name = "balls"
            , kind = Septum.queuing 4 16
            , from = Septum.end "ping" "out"
            , to = { partition = "pang", port = "in" }
            }
          ]
        }
