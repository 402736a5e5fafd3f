-- error S0121 system.dhall:12:50 partitions[0].stack_bytes: the stack of `ping` is 100 bytes long
--   here: 100 }, node // { name = "pong", hart = 7 } ] }
--   help: use a multiple of 4096 from 4096 to 67108864
-- error S0124 system.dhall:12:89 partitions[1].hart: `pong` is on hart 7, which the machine does not have
--   here: 7 } ] }
--   help: the only hart of `qemu-virt` is 0
let Septum = ./septum/package.dhall

let node = Septum.Partition::{ name = "ping", program = Septum.Program.Model [ Septum.Step.Exit ] }

in    ./good.dhall
    //  { partitions = [ node // { stack_bytes = 100 }, node // { name = "pong", hart = 7 } ] }
