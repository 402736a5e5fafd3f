-- error S0210 system.dhall:7:53 machine.devices: the machine `qemu-virt` has no CLINT, so there is no clock
--   here: [] : List Septum.Device.Type } }
--   help: change the machine, or use one that is right, such as qemu-virt
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { devices = [] : List Septum.Device.Type } }
