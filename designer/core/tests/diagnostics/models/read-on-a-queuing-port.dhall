-- error S0161 system.dhall:13:45 partitions[1].program[0].port: the port `in` of `pong` is not the receiving end of a sampling channel, but the receiving end of a queuing channel
--   here: "in" }
--   help: use a port of that kind, or a step for this one: Receive
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = Septum.Program.Model [ Septum.Step.Exit ] }
          , Septum.Partition::{
            , name = "pong"
            , program =
                Septum.Program.Model
                [ Septum.Step.Read { port = "in" }
                ]
            }
          ]
        }
