-- A machine that the kernel cannot have: far devices, few identifiers, unaligned RAM.
let Septum = ./septum/package.dhall

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

in  Septum.System::{
    , name = "exotic"
    , machine =
            Septum.qemu-virt
        //  { name = "exotic"
            , ram = [ { base = 0x80000800, size_bytes = Septum.MiB 64 } ]
            , devices = [ uart "near" 0x10000000 500, uart "far" 0x1010000000 12 ]
            , isolation =
                    Septum.qemu-virt.isolation
                //  { asid_bits = 1, pmp_entries = 0 }
            }
    , partitions =
      [ driver "front" "near" 500
      , driver "remote" "far" 12
      , Septum.Partition::{
        , name = "replay"
        , program =
            Septum.Program.Model
              [ Septum.Step.Log { message = Septum.Payload.Text "replay" } ]
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 1
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.ms 1
            , partitions = [ "front", "remote", "replay" ]
            }
          ]
        }
      ]
    }
