-- error S0206 system.dhall:12:74 partitions[0].interrupts[0].source: `ping` takes interrupt source 128, the kernel handles sources up to 127
--   here: 128 } ]
--   help: use a source with a smaller number
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Model [ Septum.Step.Exit ]
            , devices = [ "sensor" ]
            , interrupts = [ { port = "irq", device = "sensor", source = 128 } ]
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
                        , interrupts = [ 128 ]
                        }
                      ]
                } }
