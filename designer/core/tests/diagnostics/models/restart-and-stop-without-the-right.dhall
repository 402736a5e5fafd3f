-- error S0165 system.dhall:15:19 partitions[0].program[0]: `ping` may not restart partitions
--   here: Septum.Step.Restart { partition = "pong" }
--   help: set manage = True in its permissions, as in Septum.Permissions::{ manage = True }, or remove the step
-- error S0165 system.dhall:16:19 partitions[0].program[1]: `ping` may not stop partitions
--   here: Septum.Step.Stop { partition = "pong" }
--   help: set manage = True in its permissions, as in Septum.Permissions::{ manage = True }, or remove the step
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Restart { partition = "pong" }
                , Septum.Step.Stop { partition = "pong" }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
