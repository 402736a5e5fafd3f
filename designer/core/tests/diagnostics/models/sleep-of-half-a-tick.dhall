-- error S0154 system.dhall:12:44 partitions[0].program[0].ns: the time of step 0 of `ping`, 50ns, is not a whole number of ticks of 100ns
--   here: 50 }
--   help: use 100
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Sleep { ns = 50 }
                ]
            , permissions = Septum.Permissions::{ clock = True }
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
