-- error S0154 system.dhall:15:56 partitions[0].program[0].period_ns: the time of step 0 of `ping`, 1.05us, is not a whole number of ticks of 100ns
--   here: 1050, offset_ns = 250 }
--   help: use 1000 or 1100
-- error S0154 system.dhall:15:74 partitions[0].program[0].offset_ns: the time of step 0 of `ping`, 250ns, is not a whole number of ticks of 100ns
--   here: 250 }
--   help: use 200 or 300
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.SleepUntil { period_ns = 1050, offset_ns = 250 }
                ]
            , permissions = Septum.Permissions::{ clock = True }
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
