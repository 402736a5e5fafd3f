-- The second lane was copied from the first and not changed everywhere.
let Septum = ./septum/package.dhall

let wheel =
      \(name : Text) ->
        Septum.Partition::{
        , name
        , program =
            Septum.Program.Model
              ( Septum.forever
                  [ Septum.Step.Wait { ports = [ "tick" ], timeout_ns = None Natural }
                  , Septum.Step.Acknowledge { port = "tick" }
                  , Septum.Step.Send
                      { port = "speed", message = Septum.Payload.Numbered "" }
                  ]
              )
        , devices = [ "rtc" ]
        , interrupts = [ { port = "tick", device = "rtc", source = 11 } ]
        }

in  Septum.System::{
    , name = "copy-paste"
    , partitions =
      [ wheel "left"
      , wheel "left"
      , Septum.Partition::{
        , name = "brake"
        , program =
            Septum.Program.Model
              ( Septum.forever
                  [ Septum.Step.Receive { port = "left", timeout_ns = None Natural }
                  , Septum.Step.Receive { port = "right", timeout_ns = None Natural }
                  , Septum.Step.Log { message = Septum.Payload.Received }
                  ]
              )
        }
      ]
    , channels =
      [ Septum.Channel::{
        , name = "speed"
        , kind = Septum.queuing 2 16
        , from = Septum.end "left" "speed"
        , to = Septum.end "brake" "left"
        }
      , Septum.Channel::{
        , name = "speed"
        , kind = Septum.queuing 2 16
        , from = Septum.end "left" "speed"
        , to = Septum.end "brake" "left"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.us 600
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.us 200
            , partitions = [ "left" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 200
            , partitions = [ "left" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 200
            , partitions = [ "brake", "brake" ]
            }
          ]
        }
      ]
    }
