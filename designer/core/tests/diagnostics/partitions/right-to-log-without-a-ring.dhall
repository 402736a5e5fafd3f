-- error S0123 system.dhall:14:27 partitions[0].log_bytes: `ping` may log, but has no log ring
--   here: 0
--   also: system.dhall:11:13 partitions[0].permissions.log Septum.Partition::{
--   help: set permissions.log and log_bytes together, or neither
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , log_bytes = 0
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
