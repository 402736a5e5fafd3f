-- error S0120 system.dhall:9:36 partitions: the system has no partition
--   here: [] : List Septum.Partition.Type
--   help: a system has 1 to 64 partitions
-- error S0155 system.dhall:11:23 schedules: the system has no schedule
--   here: [] : List Septum.Schedule.Type
--   help: add one with at least one window
let Septum = ./septum/package.dhall

in  ./good.dhall // { partitions = [] : List Septum.Partition.Type
        , channels = [] : List Septum.Channel.Type
        , schedules = [] : List Septum.Schedule.Type
        }
