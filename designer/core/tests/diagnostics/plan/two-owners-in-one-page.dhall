-- error S0208 system.dhall:20:34 machine.devices[13].base: the isolation hardware cannot tell `left` from `right`: both are in one unit of 4096 bytes
--   here: 0x20000000
--   help: grant both to the same partition or neither, or move one of them
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = idle, devices = [ "left" ] }
          , Septum.Partition::{ name = "pong", program = idle, devices = [ "right" ] }
          ]
        , machine =
                Septum.qemu-virt
            //  { devices =
                      Septum.qemu-virt.devices
                    # [ Septum.Device::{
                        , name = "left"
                        , kind = Septum.DeviceKind.Uart16550
                        , base = 0x20000000
                        , size_bytes = 0x800
                        }
                      , Septum.Device::{
                        , name = "right"
                        , kind = Septum.DeviceKind.Uart16550
                        , base = 0x20000800
                        , size_bytes = 0x800
                        }
                      ]
                }
        }
