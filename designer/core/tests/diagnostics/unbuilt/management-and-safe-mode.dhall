-- error S0190 system.dhall:19:60 partitions[0].permissions.manage: this version does not build the right of `ping` to manage others
--   here: True, safe_mode = True }
--   help: set it to False
-- error S0128 system.dhall:19:78 partitions[0].permissions.safe_mode: `ping` can ask for the safe mode, but there is no schedule for it
--   here: True }
--   help: add a second schedule, or do something else
-- error S0190 system.dhall:19:78 partitions[0].permissions.safe_mode: this version does not build the right of `ping` to ask for safe mode
--   here: True }
--   help: set it to False
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , permissions = Septum.Permissions::{ manage = True, safe_mode = True }
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
