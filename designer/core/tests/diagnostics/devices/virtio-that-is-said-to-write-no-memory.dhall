-- warning S0145 system.dhall:22:27 partitions[0].devices[0]: `disk` can write memory by itself: `ping`, which drives it, can reach all of it
--   here: "disk" ]
--   help: the machine has no IOMMU: trust the driver like the kernel, or do without the device
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

let disk =
      Septum.Device::{
      , name = "disk"
      , kind = Septum.DeviceKind.VirtioMmio
      , base = 0x20000000
      , size_bytes = 0x1000
      , dma = False
      }

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "disk" ]
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        , machine =
            Septum.qemu-virt // { devices = Septum.qemu-virt.devices # [ disk ] }
        }
