-- One mistake of every kind, in a system of a realistic size.
let Septum = ./septum/package.dhall

let step = Septum.Step

let relay =
      \(from : Text) ->
      \(to : Text) ->
        Septum.Program.Model
          ( Septum.forever
              [ step.Receive { port = from, timeout_ns = None Natural }
              , step.Compute { ns = Septum.us 20 }
              , step.Send { port = to, message = Septum.Payload.Received }
              ]
          )

in  Septum.System::{
    , name = "radio"
    , machine =
            Septum.qemu-virt
        //  { ram = [ { base = 0x80000000, size_bytes = Septum.MiB 64 } ] }
    , partitions =
      [ Septum.Partition::{
        , name = "uart"
        , program = Septum.Program.Elf "programs/uart-driver.elf"
        , devices = [ "uart" ]
        , interrupts = [ { port = "irq", device = "uart", source = 10 } ]
        , log_bytes = 0
        , permissions = Septum.Permissions::{ log = False, clock = True }
        }
      , Septum.Partition::{ name = "framing", program = relay "bytes" "frames" }
      , Septum.Partition::{ name = "crypto", program = relay "plain" "sealed" }
      , Septum.Partition::{
        , name = "keys"
        , program =
            Septum.Program.Model
              [ step.Loop { times = None Natural }
              , step.Sleep { ns = Septum.ms 100 }
              , step.Send
                  { port = "key"
                  , message = Septum.Payload.Text "0123456789abcdef0"
                  }
              , step.End
              ]
        , log_bytes = 0
        , permissions = Septum.Permissions::{ log = False }
        }
      , Septum.Partition::{
        , name = "modem"
        , program = Septum.Program.Elf "programs/modem.elf"
        , devices = [ "virtio0" ]
        , interrupts = [ { port = "irq", device = "virtio0", source = 1 } ]
        }
      , Septum.Partition::{
        , name = "log"
        , program =
            Septum.Program.Model
              ( Septum.forever
                  [ step.Receive { port = "lines", timeout_ns = None Natural }
                  , step.Log { message = Septum.Payload.Received }
                  ]
              )
        , log_bytes = 5000
        }
      , Septum.Partition::{
        , name = "spare"
        , program = Septum.Program.Model ([] : List Septum.Step)
        }
      ]
    , channels =
      [ Septum.Channel::{
        , name = "bytes"
        , kind = Septum.queuing 8 16
        , from = Septum.end "uart" "bytes"
        , to = Septum.end "framing" "bytes"
        }
      , Septum.Channel::{
        , name = "frames"
        , kind = Septum.queuing 8 5000
        , from = Septum.end "framing" "frames"
        , to = Septum.end "crypto" "frames"
        }
      , Septum.Channel::{
        , name = "key"
        , kind = Septum.queuing 1 16
        , from = Septum.end "keys" "key"
        , to = Septum.end "cripto" "key"
        }
      , Septum.Channel::{
        , name = "sealed"
        , kind = Septum.queuing 8 64
        , from = Septum.end "crypto" "sealed"
        , to = Septum.end "modem" "out"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 2
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.us 500
            , partitions = [ "uart", "framing" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 500
            , partitions = [ "crypto", "keys" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 900
            , partitions = [ "modem", "log" ]
            }
          ]
        }
      ]
    }
