-- error S0120 system.dhall:31:9 partitions: the system has 65 partitions
--   here: Natural/fold
--   help: a system has 1 to 64 partitions
let Septum = ./septum/package.dhall

let Node = Septum.Partition.Type

let Wire = Septum.Channel.Type

let name = \(number : Natural) -> "p${Natural/show number}"

let node =
      \(number : Natural) ->
        Septum.Partition::{
        , name = name number
        , program = Septum.Program.Model [ Septum.Step.Exit ]
        }

let wire =
      \(number : Natural) ->
        Septum.Channel::{
        , name = "wire-${Natural/show number}"
        , kind = Septum.ChannelKind.Signal
        , from = Septum.end (name number) "next"
        , to = Septum.end (name (number + 1)) "previous"
        }

in  Septum.System::{
    , name = "crowd"
    , partitions =
        Natural/fold
          65
          (List Node)
          (\(more : List Node) -> more # [ node (List/length Node more) ])
          ([] : List Node)
    , channels =
        Natural/fold
          64
          (List Wire)
          (\(more : List Wire) -> more # [ wire (List/length Wire more) ])
          ([] : List Wire)
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = 1000000
        , windows =
          [ Septum.Window::{
            , duration_ns = 1000000
            , partitions =
                Natural/fold
                  65
                  (List Text)
                  (\(more : List Text) -> more # [ name (List/length Text more) ])
                  ([] : List Text)
            }
          ]
        }
      ]
    }
