-- error S0208 system.dhall:9:7 machine.devices[4].base: the isolation hardware cannot tell `uart` from `virtio0`: both are in one unit of 8192 bytes
--   here: Septum.qemu-virt with isolation.pmp_grain_bytes
--   help: grant both to the same partition or neither, or move one of them
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

let machine =
      Septum.qemu-virt with isolation.pmp_grain_bytes = 8192

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = idle, devices = [ "uart" ] }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        , machine
        }
