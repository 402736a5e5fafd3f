-- error S0143 system.dhall:13:27 partitions[0].devices[0]: `clint` is granted to `ping`, but it is the kernel's
--   here: "clint" ]
--   help: remove it: time, interrupts and power are the kernel's alone
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "clint" ]
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
