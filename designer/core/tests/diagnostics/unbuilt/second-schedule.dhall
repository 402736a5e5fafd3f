-- warning S0158 system.dhall:11:17 schedules[1]: no fault and no partition leads to the schedule `safe`
--   here: Septum.Schedule::{
--   help: use the action SafeMode for a fault, or give a partition the right safe_mode
-- error S0190 system.dhall:11:17 schedules[1]: this version does not build a second schedule
--   here: Septum.Schedule::{
--   help: keep one schedule
let Septum = ./septum/package.dhall

in  ./good.dhall // { schedules =
              (./good.dhall).schedules
            # [ Septum.Schedule::{
                , name = "safe"
                , major_frame_ns = 1000000
                , windows =
                  [ Septum.Window::{ duration_ns = 1000000, partitions = [ "ping", "pong" ] } ]
                }
              ]
        }
