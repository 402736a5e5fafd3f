-- The hardware: harts, RAM, devices, timer, isolation. `sstc` gives S-mode a timer of its own.
let Range = ./Range.dhall

let Device = ./Device.dhall

let Isolation = ./Isolation.dhall

in  { Type =
        { name : Text
        , harts : Natural
        , timebase_hz : Natural
        , ns_per_instruction : Natural
        , ram : List Range
        , devices : List Device.Type
        , isolation : Isolation
        , sstc : Bool
        }
    , default = { harts = 1, ns_per_instruction = 1, sstc = False }
    }
