-- error S0163 system.dhall:12:19 partitions[0].program[0]: `ping` may not log
--   here: Septum.Step.Log { message = Septum.Payload.Text
--   help: set permissions.log and log_bytes, or remove the step
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program =
                Septum.Program.Model
                [ Septum.Step.Log { message = Septum.Payload.Text "hello" }
                ]
            , log_bytes = 0
            , permissions = Septum.Permissions::{ log = False }
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        }
