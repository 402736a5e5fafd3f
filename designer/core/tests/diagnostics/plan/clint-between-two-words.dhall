-- error S0210 system.dhall:10:16 machine.devices[0].base: the machine `qemu-virt` has `small` at 0x2000004, which is no multiple of its registers' 8 bytes
--   here: 0x2000004
--   help: change the machine, or use one that is right, such as qemu-virt
let Septum = ./septum/package.dhall

let small =
      Septum.Device::{
      , name = "small"
      , kind = Septum.DeviceKind.Clint
      , base = 0x2000004
      , size_bytes = 0x10000
      }

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { devices = [ small ] } }
