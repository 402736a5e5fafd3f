-- A design without findings: `ping` sends to `pong`. Fixtures change one thing in it.
let Septum = ./septum/package.dhall

let ping =
      Septum.Partition::{
      , name = "ping"
      , program =
          Septum.Program.Model
            [ Septum.Step.Send
                { port = "out", message = Septum.Payload.Text "ball" }
            ]
      }

let pong =
      Septum.Partition::{
      , name = "pong"
      , program =
          Septum.Program.Model
            [ Septum.Step.Receive { port = "in", timeout_ns = None Natural } ]
      }

in  Septum.System::{
    , name = "good"
    , partitions = [ ping, pong ]
    , channels =
      [ Septum.Channel::{
        , name = "balls"
        , kind = Septum.queuing 4 16
        , from = Septum.end "ping" "out"
        , to = Septum.end "pong" "in"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = 1000000
        , windows =
          [ Septum.Window::{
            , duration_ns = 1000000
            , partitions = [ "ping", "pong" ]
            }
          ]
        }
      ]
    }
