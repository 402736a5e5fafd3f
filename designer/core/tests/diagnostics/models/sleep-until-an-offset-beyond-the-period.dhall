-- error S0166 system.dhall:12:81 partitions[0].program[0].offset_ns: the offset of step 0, 2.5ms, is not less than its period, 1ms
--   here: Septum.us 2500 }
--   help: use 500000, which is the same
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.SleepUntil { period_ns = Septum.ms 1, offset_ns = Septum.us 2500 }
                ]
            , permissions = Septum.Permissions::{ clock = True }
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
