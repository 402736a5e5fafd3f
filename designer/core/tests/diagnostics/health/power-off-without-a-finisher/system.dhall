let Septum = ./septum/package.dhall

let devices =
      [ Septum.Device::{
        , name = "clint"
        , kind = Septum.DeviceKind.Clint
        , base = 0x2000000
        , size_bytes = 0x10000
        }
      , Septum.Device::{
        , name = "uart"
        , kind = Septum.DeviceKind.Uart16550
        , base = 0x10000000
        , size_bytes = 0x100
        }
      ]

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { devices }
        , partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , health = Septum.Health::{
              , memory_violation = Septum.HealthAction.PowerOff
              , application_error = Septum.HealthAction.PowerOff
              }
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        }
