-- Begun a minute ago, by a newer version's handbook.
let Septum = ./septum/package.dhall

in  Septum.System::{
    , format = 2
    , name = "blank"
    , machine = Septum.qemu-virt // { ram = [] : List Septum.Range, harts = 0 }
    , partitions = [] : List Septum.Partition.Type
    , schedules = [] : List Septum.Schedule.Type
    }
