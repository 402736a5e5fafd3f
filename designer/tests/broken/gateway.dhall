-- The channels were drawn first, the programs do not follow yet.
let Septum = ./septum/package.dhall

let step = Septum.Step

let receive =
      \(port : Text) -> step.Receive { port, timeout_ns = None Natural }

let send =
      \(port : Text) ->
        step.Send { port, message = Septum.Payload.Received }

in  Septum.System::{
    , name = "gateway"
    , partitions =
      [ Septum.Partition::{
        , name = "lan"
        , program =
            Septum.Program.Model
              (Septum.forever [ receive "from-firewall", send "frames" ])
        }
      , Septum.Partition::{
        , name = "firewall"
        , program =
            Septum.Program.Model
              ( Septum.forever
                  [ receive "lan", send "lan", receive "wan", send "audit" ]
              )
        }
      , Septum.Partition::{
        , name = "wan"
        , program =
            Septum.Program.Model
              ( Septum.forever
                  [ step.Wait { ports = [ "in", "out" ], timeout_ns = None Natural }
                  , receive "in"
                  , step.Signal { port = "out" }
                  , step.Acknowledge { port = "in" }
                  ]
              )
        }
      ]
    , channels =
      [ Septum.Channel::{
        , name = "lan-firewall"
        , kind = Septum.queuing 16 1514
        , from = Septum.end "lan" "frames"
        , to = Septum.end "firewall" "lan"
        }
      , Septum.Channel::{
        , name = "firewall-wan"
        , kind = Septum.queuing 16 1514
        , from = Septum.end "firewall" "wan"
        , to = Septum.end "wan" "in"
        }
      , Septum.Channel::{
        , name = "wan-firewall"
        , kind = Septum.queuing 16 1514
        , from = Septum.end "wan" "out"
        , to = Septum.end "firewall" "wan"
        }
      , Septum.Channel::{
        , name = "loopback"
        , kind = Septum.queuing 16 1514
        , from = Septum.end "lan" "loop-out"
        , to = Septum.end "lan" "loop-in"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.us 900
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.us 300
            , partitions = [ "lan" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 300
            , partitions = [ "firewall" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 300
            , partitions = [ "wan" ]
            }
          ]
        }
      ]
    }
