-- error S0210 system.dhall:29:68 machine.devices[1].size_bytes: the machine `qemu-virt` has `plic` of 0x200000 bytes, of which the kernel uses 0x200008
--   here: 0x200000
--   help: change the machine, or use one that is right, such as qemu-virt
let Septum = ./septum/package.dhall

let idle = Septum.Program.Model [ Septum.Step.Exit ]

let device =
      \(name : Text) ->
      \(kind : Septum.DeviceKind) ->
      \(base : Natural) ->
      \(size_bytes : Natural) ->
        Septum.Device::{ name, kind, base, size_bytes, interrupts = [ 1 ] }

in    ./good.dhall
    //  { partitions =
          [ Septum.Partition::{
            , name = "ping"
            , program = idle
            , devices = [ "line" ]
            , interrupts = [ { port = "irq", device = "line", source = 1 } ]
            }
          , Septum.Partition::{ name = "pong", program = idle }
          ]
        , machine =
                Septum.qemu-virt
            //  { devices =
                  [ device "clint" Septum.DeviceKind.Clint 0x2000000 0x10000
                  , device "plic" Septum.DeviceKind.Plic 0xc000000 0x200000
                  , device "line" Septum.DeviceKind.Uart16550 0x10000000 0x100
                  ]
                }
        }
