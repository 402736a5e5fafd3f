-- error S0121 system.dhall:6:12 partitions[0].stack_bytes: the stack of `ping` is 100 bytes long
--   here: 100
--   help: use a multiple of 4096 from 4096 to 67108864
let Septum = ./septum/package.dhall

let size = 100

let idle = Septum.Program.Model [ Septum.Step.Exit ]

let ping = Septum.Partition::{ name = "ping", stack_bytes = size, program = idle }

let pong = Septum.Partition::{ name = "pong", program = idle }

in  ./good.dhall // { partitions = [ ping, pong ] }
