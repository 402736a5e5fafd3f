-- warning S0158 good.dhall:34:9 schedules[1]: no fault and no partition leads to the schedule `main`
--   here: Septum.Schedule::{
--   help: use the action SafeMode for a fault, or give a partition the right safe_mode
-- error S0101 good.dhall:34:9 schedules[1].name: the schedule name `main` is used twice
--   here: Septum.Schedule::{
--   also: good.dhall:34:9 schedules[0].name Septum.Schedule::{
--   help: give one of them another name
let Septum = ./septum/package.dhall

in  ./good.dhall // { schedules = (./good.dhall).schedules # (./good.dhall).schedules }
