-- Three UARTs in one page, a window of its pad alone, and a model as long as a log.
let Septum = ./septum/package.dhall

let uart =
      \(name : Text) ->
      \(base : Natural) ->
      \(source : Natural) ->
        Septum.Device::{
        , name
        , kind = Septum.DeviceKind.Uart16550
        , base
        , size_bytes = 0x100
        , interrupts = [ source ]
        }

let driver =
      \(name : Text) ->
      \(device : Text) ->
      \(source : Natural) ->
        Septum.Partition::{
        , name
        , program =
            Septum.Program.Model
              ( Septum.forever
                  [ Septum.Step.Wait { ports = [ "rx" ], timeout_ns = None Natural }
                  , Septum.Step.Acknowledge { port = "rx" }
                  ]
              )
        , devices = [ device ]
        , interrupts = [ { port = "rx", device, source } ]
        }

let line = Septum.Step.Log { message = Septum.Payload.Text "recorded" }

let eight = [ line, line, line, line, line, line, line, line ]

let sixtyfour =
      eight # eight # eight # eight # eight # eight # eight # eight

let many =
        sixtyfour
      # sixtyfour
      # sixtyfour
      # sixtyfour
      # sixtyfour
      # sixtyfour
      # sixtyfour
      # sixtyfour

in  Septum.System::{
    , name = "crowded-bus"
    , machine =
            Septum.qemu-virt
        //  { devices =
              [ Septum.Device::{
                , name = "clint"
                , kind = Septum.DeviceKind.Clint
                , base = 0x2000000
                , size_bytes = 0x10000
                }
              , Septum.Device::{
                , name = "plic"
                , kind = Septum.DeviceKind.Plic
                , base = 0xc000000
                , size_bytes = 0x600000
                }
              , uart "uart0" 0x10000000 10
              , uart "uart1" 0x10000100 11
              , uart "uart2" 0x10000200 12
              ]
            }
    , partitions =
      [ driver "front" "uart0" 10
      , driver "rear" "uart1" 11
      , driver "remote" "uart2" 12
      , Septum.Partition::{
        , name = "replay"
        , program = Septum.Program.Model (many # many # many)
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.us 401
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.us 400
            , partitions = [ "front", "rear", "remote" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 1
            , partitions = [ "replay" ]
            }
          ]
        }
      ]
    }
