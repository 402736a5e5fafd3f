-- warning S0145 system.dhall:13:27 partitions[0].devices[0]: `virtio0` can write memory by itself: `ping`, which drives it, can reach all of it
--   here: "virtio0" ]
--   help: the machine has no IOMMU: trust the driver like the kernel, or do without the device
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "virtio0" ]
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
