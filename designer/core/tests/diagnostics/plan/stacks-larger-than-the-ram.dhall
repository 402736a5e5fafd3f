-- error S0201 system.dhall:10:7 machine.ram[0].size_bytes: the system needs 134336512 bytes of RAM, the first RAM range has 134217728
--   here: ./good.dhall
--   help: give the machine more RAM, or make stacks, queues, logs or programs smaller
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

let large = 67108864

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{ name = "ping", program = idle, stack_bytes = large }
          , Septum.Partition::{ name = "pong", program = idle, stack_bytes = large }
          ]
        }
