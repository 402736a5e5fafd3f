-- error S0165 system.dhall:15:19 partitions[0].program[0]: `ping` may not restart partitions
--   here: Septum.Step.Restart { partition = "pang" }
--   help: set manage = True in its permissions, as in Septum.Permissions::{ manage = True }, or remove the step
-- error S0103 system.dhall:15:53 partitions[0].program[0].partition: the system has no partition `pang`
--   here: "pang" }
--   help: the partitions are `ping`, `pong`
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Restart { partition = "pang" }
                ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
