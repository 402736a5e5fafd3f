-- error S0105 system.dhall:10:76 partitions[0].program[0].port: `ping` has no port `out`
--   here: "out" } ]
--   help: connect a channel to a port of this name
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = Septum.Program.Model [ Septum.Step.Signal { port = "out" } ]
            }
          ]
        , channels = [] : List Septum.Channel.Type
        , schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 1000000, partitions = [ "ping" ] } ]
            }
          ]
        }
