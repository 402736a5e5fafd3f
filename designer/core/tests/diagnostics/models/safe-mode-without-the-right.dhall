-- error S0165 system.dhall:12:19 partitions[0].program[0]: `ping` may not ask for the safe mode
--   here: Septum.Step.SafeMode
--   help: set safe_mode = True in its permissions, as in Septum.Permissions::{ safe_mode = True }, or remove the step
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.SafeMode
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
