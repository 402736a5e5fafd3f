-- error S0121 system.dhall:14:7 partitions[0].stack_bytes: the stack of `ping` is 100 bytes long
--   here: List/fold
--   help: use a multiple of 4096 from 4096 to 67108864
-- error S0121 system.dhall:14:7 partitions[1].stack_bytes: the stack of `pong` is 100 bytes long
--   here: List/fold
--   help: use a multiple of 4096 from 4096 to 67108864
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

let names = [ "ping", "pong" ]

let partitions =
      List/fold
        Text
        names
        (List Septum.Partition.Type)
        ( \(name : Text) ->
          \(rest : List Septum.Partition.Type) ->
            [ Septum.Partition::{ name, program = idle, stack_bytes = 100 } ] # rest
        )
        ([] : List Septum.Partition.Type)

in  ./good.dhall // { partitions }
