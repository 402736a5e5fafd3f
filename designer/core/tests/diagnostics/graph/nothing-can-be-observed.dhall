-- warning S0181 system.dhall:11:22 partitions[0].name: nothing that `ping`, `pong` do can be observed: no device, no interrupt, no log
--   here: "ping"
--   help: grant one of them a device or the right to log
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , log_bytes = 0
            , permissions = Septum.Permissions::{ log = False }
            }
          , Septum.Partition::{
            , name = "pong"
            , program = idle
            , log_bytes = 0
            , permissions = Septum.Permissions::{ log = False }
            }
          ]
        }
