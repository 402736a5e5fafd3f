-- error S0124 system.dhall:13:22 partitions[0].hart: `ping` is on hart 1, which the machine does not have
--   here: 1
--   help: the only hart of `qemu-virt` is 0
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , hart = 1
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
