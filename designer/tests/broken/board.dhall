-- A board of one's own, typed from a data sheet.
let Septum = ./septum/package.dhall

let board =
      { name = "board-rev-b"
      , harts = 1
      , timebase_hz = 32768
      , ns_per_instruction = 0
      , ram =
        [ { base = 0x80000000, size_bytes = 0x4000000 }
        , { base = 0x83000000, size_bytes = 0x1000000 }
        ]
      , devices =
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
        , Septum.Device::{
          , name = "uart"
          , kind = Septum.DeviceKind.Uart16550
          , base = 0xc5ff000
          , size_bytes = 0x1000
          , interrupts = [ 10 ]
          }
        , Septum.Device::{
          , name = "rtc"
          , kind = Septum.DeviceKind.Rtc
          , base = 0x101000
          , size_bytes = 0
          }
        , Septum.Device::{
          , name = "uart"
          , kind = Septum.DeviceKind.Uart16550
          , base = 0xffffffffffffff00
          , size_bytes = 0x1000
          }
        ]
      , isolation =
        { mmu = Septum.Mmu.Sv39
        , asid_bits = 20
        , pmp_entries = 128
        , pmp_grain_bytes = 12
        }
      , sstc = False
      }

in  Septum.System::{
    , name = "board"
    , machine = board
    , partitions =
      [ Septum.Partition::{
        , name = "blink"
        , program =
            Septum.Program.Model
              [ Septum.Step.Log { message = Septum.Payload.Text "blink" } ]
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 1
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.ms 1
            , partitions = [ "blink" ]
            }
          ]
        }
      ]
    }
