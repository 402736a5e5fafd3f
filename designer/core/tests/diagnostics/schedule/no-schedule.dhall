-- error S0155 system.dhall:6:35 schedules: the system has no schedule
--   here: [] : List Septum.Schedule.Type }
--   help: add one with at least one window
let Septum = ./septum/package.dhall

in  ./good.dhall // { schedules = [] : List Septum.Schedule.Type }
