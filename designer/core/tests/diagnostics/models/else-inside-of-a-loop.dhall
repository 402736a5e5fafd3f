-- error S0160 system.dhall:13:19 partitions[0].program[1]: step 1 is an Else inside of the loop that step 0 begins
--   here: Septum.Step.Else
--   help: end the loop before it, or begin a condition inside of the loop
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Loop { times = Some 2 }
                , Septum.Step.Else
                , Septum.Step.End
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
