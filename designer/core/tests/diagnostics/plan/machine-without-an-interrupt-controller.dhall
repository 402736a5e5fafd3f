-- error S0210 system.dhall:21:19 machine.devices: the machine `qemu-virt` has no PLIC for the interrupts of the design
--   here: [ Septum.Device::{
--   help: change the machine, or use one that is right, such as qemu-virt
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "uart" ]
            , interrupts = [ { port = "irq", device = "uart", source = 10 } ]
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        , machine =
                Septum.qemu-virt
            //  { devices =
                  [ Septum.Device::{
                        , name = "uart"
                        , kind = Septum.DeviceKind.Uart16550
                        , base = 0x10000000
                        , size_bytes = 0x100
                        , interrupts = [ 10 ]
                        }
                  , Septum.Device::{
                        , name = "clint"
                        , kind = Septum.DeviceKind.Clint
                        , base = 0x2000000
                        , size_bytes = 0x10000
                        }
                  ]
                }
        }
