-- error S0190 system.dhall:10:51 machine.harts: this version does not build systems of 2 harts
--   here: 2 }
--   help: use one hart: the kernel runs on one, and `septum emulate` on several
-- error S0150 system.dhall:13:32 schedules[0].major_frame_ns: the windows of `main` add up to 900us on hart 0, 800us on hart 1, the major frame is 1ms
--   here: 1000000
--   help: make the windows of every hart as long as the major frame
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { harts = 2 }
        , schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{ duration_ns = 900000, partitions = [ "ping", "pong" ] }
              , Septum.Window::{ hart = 1, duration_ns = 800000, partitions = [ "ping" ] }
              ]
            }
          ]
        }
