-- error S0144 system.dhall:19:34 partitions[1].devices[1]: the device `uart` is granted to `ping` and to `pong`
--   here: "uart" ]
--   also: system.dhall:14:27 partitions[0].devices[0] "uart" ]
--   help: a device has one owner; others reach it through messages
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "uart" ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = idle
            , devices = [ "rtc", "uart" ]
            , permissions = Septum.Permissions::{ clock = True }
            }
          ]
        }
