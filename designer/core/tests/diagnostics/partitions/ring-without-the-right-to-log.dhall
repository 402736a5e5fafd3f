-- error S0123 system.dhall:11:13 partitions[0].log_bytes: `ping` has a log ring of 4096 bytes, but may not log
--   here: Septum.Partition::{
--   also: system.dhall:14:57 partitions[0].permissions.log False }
--   help: set permissions.log and log_bytes together, or neither
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , permissions = Septum.Permissions::{ log = False }
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
