-- error S0134 system.dhall:7:51 machine.harts: the machine `qemu-virt` has no hart
--   here: 0 } }
--   help: use 1
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { harts = 0 } }
