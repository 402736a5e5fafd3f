-- error S0210 system.dhall:19:22 machine.devices[1].size_bytes: the machine `qemu-virt` has `small` of 0x1 bytes, of which the kernel uses 0x4
--   here: 1
--   help: change the machine, or use one that is right, such as qemu-virt
let Septum = ./septum/package.dhall

let clint =
      Septum.Device::{
      , name = "clint"
      , kind = Septum.DeviceKind.Clint
      , base = 0x2000000
      , size_bytes = 0x10000
      }

let small =
      Septum.Device::{
      , name = "small"
      , kind = Septum.DeviceKind.TestFinisher
      , base = 0x100000
      , size_bytes = 1
      }

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { devices = [ clint, small ] } }
