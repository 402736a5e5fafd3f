-- error S0210 system.dhall:33:34 machine.devices[13].base: the machine `qemu-virt` has `far` at 0x1040001000, which partitions cannot map
--   here: 0x1040001000
--   help: change the machine, or use one that is right, such as qemu-virt
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { memories =
          [ { name = "shared"
            , size_bytes = 8192
            , grants =
                [ { partition = "ping", write = True }
                , { partition = "pong", write = False }
                ]
            }
          ]
        , partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            , devices = [ "far" ]
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
                        , name = "far"
                        , kind = Septum.DeviceKind.Uart16550
                        , base = 0x1040001000
                        , size_bytes = 4096
                        }
                      ]
                } }
