-- error S0162 system.dhall:18:67 partitions[1].program[0].timeout_ns: `pong` may not read the clock, so it cannot wait for a time
--   here: Some 1000 }
--   help: set clock = True in its permissions, as in Septum.Permissions::{ clock = True }, or wait without a timeout
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Exit
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model
                [ Septum.Step.Receive { port = "in", timeout_ns = Some 1000 }
                ]
            }
          ]
        }
