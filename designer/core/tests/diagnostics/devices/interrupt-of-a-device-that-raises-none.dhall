-- error S0141 system.dhall:12:74 partitions[0].interrupts[0].source: `sensor` does not raise interrupt source 12
--   here: 12 } ]
--   help: `sensor` raises no interrupt
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            , devices = [ "sensor" ]
            , interrupts = [ { port = "irq", device = "sensor", source = 12 } ]
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
                        , name = "sensor"
                        , kind = Septum.DeviceKind.Uart16550
                        , base = 0x20000000
                        , size_bytes = 4096
                        }
                      ]
                } }
