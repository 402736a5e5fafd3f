-- error S0160 system.dhall:13:19 partitions[0].program[1]: step 1 ends a loop or a condition that was not begun
--   here: Septum.Step.End
--   help: remove it, or begin one before it
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Exit
                , Septum.Step.End
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
