-- error S0154 system.dhall:12:75 partitions[0].program[0].timeout_ns: the time of step 0 of `ping`, 150ns, is not a whole number of ticks of 100ns
--   here: Some 150 }
--   help: use 100 or 200
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Wait { ports = [] : List Text, timeout_ns = Some 150 }
                ]
            , permissions = Septum.Permissions::{ clock = True }
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
