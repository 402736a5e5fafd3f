-- error S0160 system.dhall:12:19 partitions[0].program[0]: step 0 is an Else without a condition
--   here: Septum.Step.Else
--   help: remove it, or begin a condition before it
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Else
                , Septum.Step.Exit
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
