-- error S0134 system.dhall:7:51 machine.harts: the machine `qemu-virt` has 9 harts
--   here: 9 } }
--   help: use 1 to 8
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { harts = 9 } }
