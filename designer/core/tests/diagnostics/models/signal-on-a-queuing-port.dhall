-- error S0161 system.dhall:12:47 partitions[0].program[0].port: the port `out` of `ping` is not the sending end of a signal channel, but the sending end of a queuing channel
--   here: "out" }
--   help: use a port of that kind, or a step for this one: Send
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Signal { port = "out" }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
