-- error S0103 system.dhall:28:74 channels[9].to.partition: the system has no partition `k`
--   here: "k"
--   help: the partitions are `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h` and 2 more
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

let node = \(name : Text) -> Septum.Partition::{ name, program = idle }

let wire =
      \(from : Text) ->
      \(to : Text) ->
        Septum.Channel::{
        , name = "${from}-${to}"
        , kind = Septum.ChannelKind.Signal
        , from = Septum.end from "to-${to}"
        , to = Septum.end to "from-${from}"
        }

in  Septum.System::{
    , name = "many"
    , partitions =
      [ node "a", node "b", node "c", node "d", node "e"
      , node "f", node "g", node "h", node "i", node "j"
      ]
    , channels =
      [ wire "a" "b", wire "b" "c", wire "c" "d", wire "d" "e", wire "e" "f"
      , wire "f" "g", wire "g" "h", wire "h" "i", wire "i" "j", wire "j" "k"
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = 1000000
        , windows =
          [ Septum.Window::{
            , duration_ns = 1000000
            , partitions = [ "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" ]
            }
          ]
        }
      ]
    }
