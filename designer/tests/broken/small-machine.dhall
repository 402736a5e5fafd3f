-- Correct as a design, but too big for the machine that it was moved to.
let Septum = ./septum/package.dhall

let stage =
      \(name : Text) ->
        Septum.Partition::{
        , name
        , program =
            Septum.Program.Model
              ( Septum.forever
                  [ Septum.Step.Receive { port = "in", timeout_ns = None Natural }
                  , Septum.Step.Log { message = Septum.Payload.Received }
                  , Septum.Step.Send
                      { port = "out", message = Septum.Payload.Received }
                  ]
              )
        , stack_bytes = Septum.KiB 64
        }

let link =
      \(name : Text) ->
      \(from : Text) ->
      \(to : Text) ->
        Septum.Channel::{
        , name
        , kind = Septum.queuing 256 4096
        , from = Septum.end from "out"
        , to = Septum.end to "in"
        }

in  Septum.System::{
    , name = "small-machine"
    , machine =
            Septum.qemu-virt
        //  { name = "virt-small"
            , ram = [ { base = 0x80000000, size_bytes = Septum.MiB 1 } ]
            }
    , partitions =
      [ stage "input"
      , stage "transform"
      , stage "output"
      , Septum.Partition::{
        , name = "disk"
        , program =
            Septum.Program.Model
              [ Septum.Step.Log { message = Septum.Payload.Text "disk" } ]
        , devices = [ "virtio0", "rtc" ]
        }
      ]
    , channels =
      [ link "raw" "input" "transform"
      , link "done" "transform" "output"
      , link "again" "output" "input"
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.us 210
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.us 100
            , partitions = [ "input", "transform" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 5
            , partitions = [ "output" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 105
            , partitions = [ "disk" ]
            }
          ]
        }
      ]
    }
