-- error S0210 system.dhall:11:22 machine.devices[0].size_bytes: the machine `qemu-virt` has `small` of 0x1000 bytes, of which the kernel uses 0xc000
--   here: 0x1000
--   help: change the machine, or use one that is right, such as qemu-virt
let Septum = ./septum/package.dhall

let small =
      Septum.Device::{
      , name = "small"
      , kind = Septum.DeviceKind.Clint
      , base = 0x2000000
      , size_bytes = 0x1000
      }

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { devices = [ small ] } }
