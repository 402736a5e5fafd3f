-- error S0104 system.dhall:13:27 partitions[0].devices[0]: the machine has no device `uart7`
--   here: "uart7" ]
--   help: the devices are `finisher`, `rtc`, `clint`, `plic`, `uart`, `virtio0`, `virtio1`, `virtio2` and 5 more
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "uart7" ]
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
