-- error S0114 system.dhall:31:40 partitions[0].name: `ping` has 65 ports
--   here: "ping", program = idle }
--   help: a partition has at most 64 ports: divide the partition, or merge channels
-- error S0114 system.dhall:32:40 partitions[1].name: `pong` has 65 ports
--   here: "pong", program = idle }
--   help: a partition has at most 64 ports: divide the partition, or merge channels
let Septum = ./septum/package.dhall

let wire =
      \(number : Natural) ->
        Septum.Channel::{
        , name = "wire-${Natural/show number}"
        , kind = Septum.ChannelKind.Signal
        , from = Septum.end "ping" "out-${Natural/show number}"
        , to = Septum.end "pong" "in-${Natural/show number}"
        }

let Wires = List Septum.Channel.Type

let wires =
      Natural/fold
        65
        Wires
        (\(more : Wires) -> more # [ wire (List/length Septum.Channel.Type more) ])
        ([] : Wires)

let idle = Septum.Program.Model [ Septum.Step.Exit ]

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = idle }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        , channels = wires
        }
