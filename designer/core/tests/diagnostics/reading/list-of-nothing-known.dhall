-- error S0011 system.dhall:8:20: the field `deadline_ns` of `partitions` is missing; the field `devices` of `partitions` is missing; the field `hart` of `partitions` is missing; and 6 more
--   here: [ { name = "ping" } ]
--   help: correct the expression; the types of the package are in septum/
let Septum = ./septum/package.dhall

in  Septum.System::{
    , name = "x"
    , partitions = [ { name = "ping" } ]
    , schedules = [] : List Septum.Schedule.Type
    }
