-- error S0103 system.dhall:17:36 channels[0].from.partition: the system has no partition `pin`
--   here: "pin", port = "out" }
--   help: the partitions are `ping`, `pong`
-- warning S0180 good.dhall:6:16 partitions[0].name: `ping` is unreachable: it has no channel, interrupt, device or memory
--   here: "ping"
--   help: connect it, or remove it
-- error S0105 good.dhall:10:26 partitions[0].program[0].port: `ping` has no port `out`
--   here: "out", message = Septum.Payload.Text "ball" }
--   help: connect a channel to a port of this name
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { channels =
          [ Septum.Channel::{
            , name = "balls"
            , kind = Septum.queuing 4 16
            , from = { partition = "pin", port = "out" }
            , to = Septum.end "pong" "in"
            }
          ]
        }
