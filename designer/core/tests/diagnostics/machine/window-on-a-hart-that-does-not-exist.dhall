-- error S0124 system.dhall:11:97 schedules[0].windows[0].hart: window 0 of `main` is on hart 1, which the machine does not have
--   here: 1 }
--   help: the only hart of `qemu-virt` is 0
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 1000000, partitions = [ "ping", "pong" ], hart = 1 }
              ]
            }
          ]
        }
