-- One complete design. The first schedule runs at boot; a second one is that of the safe
-- mode. `seed` is what the draws of models begin with.
let Machine = ./Machine.dhall

let Partition = ./Partition.dhall

let Channel = ./Channel.dhall

let Memory = ./Memory.dhall

let Schedule = ./Schedule.dhall

let Rule = ./Rule.dhall

in  { Type =
        { format : Natural
        , name : Text
        , seed : Natural
        , machine : Machine.Type
        , partitions : List Partition.Type
        , channels : List Channel.Type
        , memories : List Memory.Type
        , schedules : List Schedule.Type
        , rules : List Rule
        }
    , default =
      { format = 1
      , seed = 0
      , machine = ./machines/qemu-virt.dhall
      , channels = [] : List Channel.Type
      , memories = [] : List Memory.Type
      , rules = [] : List Rule
      }
    }
