-- error S0160 system.dhall:12:19 partitions[0].program[0]: the loop that step 0 begins has no end
--   here: Septum.Step.Loop { times = Some 3 }
--   help: add an End
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Loop { times = Some 3 }
                , Septum.Step.Exit
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
