-- error S0210 system.dhall:25:40 machine.devices[13].size_bytes: the machine `qemu-virt` has `vast` of 1073745920 bytes, partitions can map 1073741824 bytes of devices in all
--   here: 0x40001000
--   help: change the machine, or use one that is right, such as qemu-virt
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            , devices = [ "vast" ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            }
          ]
        , machine = Septum.qemu-virt // 
                { devices =
                      Septum.qemu-virt.devices
                    # [ Septum.Device::{
                        , name = "vast"
                        , kind = Septum.DeviceKind.Uart16550
                        , base = 0x100000000
                        , size_bytes = 0x40001000
                        }
                      ]
                } }
