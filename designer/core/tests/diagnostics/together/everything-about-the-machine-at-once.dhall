-- error S0206 system.dhall:39:72 partitions[0].interrupts[0].source: `ping` takes interrupt source 128, the kernel handles sources up to 127
--   here: 128 } ]
--   help: use a source with a smaller number
-- error S0201 system.dhall:50:61 machine.ram[0].size_bytes: the system needs 192512 bytes of RAM, the first RAM range has 65536
--   here: 0x10000 } ]
--   help: give the machine more RAM, or make stacks, queues, logs or programs smaller
-- error S0210 system.dhall:52:19 machine.devices: the machine `qemu-virt` has no CLINT, so there is no clock
--   here: [ device "left" Septum.DeviceKind.Uart16550 0x10
--   help: change the machine, or use one that is right, such as qemu-virt
-- error S0210 system.dhall:52:19 machine.devices: the machine `qemu-virt` has no PLIC for the interrupts of the design
--   here: [ device "left" Septum.DeviceKind.Uart16550 0x10
--   help: change the machine, or use one that is right, such as qemu-virt
-- error S0208 system.dhall:52:63 machine.devices[0].base: the isolation hardware cannot tell `left` from `right`: both are in one unit of 4096 bytes
--   here: 0x10000000 0x100
--   help: grant both to the same partition or neither, or move one of them
-- error S0205 system.dhall:56:65 machine.isolation.asid_bits: with asid_bits = 1 there are address space identifiers for 1 of the 2 partitions
--   here: 1 }
--   help: use fewer partitions, or set asid_bits to 0: then translations are flushed at each switch
-- error S0203 system.dhall:66:48 schedules[0].windows[1].duration_ns: window 1 is 100ns long, but the first 1.2us of a window are its pad
--   here: 100, partitions = [ "ping" ] }
--   help: make the window longer, or make messages smaller so that the pad is shorter
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

let device =
      \(name : Text) ->
      \(kind : Septum.DeviceKind) ->
      \(base : Natural) ->
      \(size_bytes : Natural) ->
        Septum.Device::{ name, kind, base, size_bytes, interrupts = [ 128 ] }

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "left" ]
            , interrupts = [ { port = "irq", device = "left", source = 128 } ]
            }
          , Septum.Partition::{
            , name = "pong"
            , program = idle
            , stack_bytes = 0x10000
            , devices = [ "right" ]
            }
          ]
        , machine =
                Septum.qemu-virt
            //  { ram = [ { base = 0x80000000, size_bytes = 0x10000 } ]
                , devices =
                  [ device "left" Septum.DeviceKind.Uart16550 0x10000000 0x100
                  , device "right" Septum.DeviceKind.Uart16550 0x10000100 0x100
                  ]
                , isolation =
                    Septum.qemu-virt.isolation // { asid_bits = 1 }
                }
        , schedules =
          [ Septum.Schedule::{
            , major_frame_ns = 1000000
            , windows =
              [ Septum.Window::{
                , duration_ns = 999900
                , partitions = [ "ping", "pong" ]
                }
              , Septum.Window::{ duration_ns = 100, partitions = [ "ping" ] }
              ]
            }
          ]
        }
