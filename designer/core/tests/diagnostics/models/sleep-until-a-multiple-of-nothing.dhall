-- error S0166 system.dhall:12:56 partitions[0].program[0].period_ns: step 0 sleeps until a multiple of no time
--   here: 0, offset_ns = 0 }
--   help: use the time from one awakening to the next
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.SleepUntil { period_ns = 0, offset_ns = 0 }
                ]
            , permissions = Septum.Permissions::{ clock = True }
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
