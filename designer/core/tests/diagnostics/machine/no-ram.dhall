-- error S0134 system.dhall:7:49 machine.ram: the machine `qemu-virt` has no RAM
--   here: [] : List Septum.Range } }
--   help: give it at least one range
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { ram = [] : List Septum.Range } }
