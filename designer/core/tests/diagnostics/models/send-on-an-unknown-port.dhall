-- error S0105 system.dhall:12:45 partitions[0].program[0].port: `ping` has no port `oout`
--   here: "oout", message = Septum.Payload.Text "ball" }
--   help: connect a channel to it, or use a port that there is: `out`
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Send { port = "oout", message = Septum.Payload.Text "ball" }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
