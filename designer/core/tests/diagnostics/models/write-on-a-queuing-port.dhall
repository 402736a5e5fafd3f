-- error S0161 system.dhall:12:46 partitions[0].program[0].port: the port `out` of `ping` is not the sending end of a sampling channel, but the sending end of a queuing channel
--   here: "out", message = Septum.Payload.Text "x" }
--   help: use a port of that kind, or a step for this one: Send
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Write { port = "out", message = Septum.Payload.Text "x" }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
