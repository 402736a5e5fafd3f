-- error S0210 system.dhall:6:68 machine.isolation.pmp_grain_bytes: the machine `qemu-virt-pmp` has a PMP grain of 8192 bytes, but parts of programs are pages of 4096 bytes
--   here: 8192 }
--   help: change the machine, or use one that is right, such as qemu-virt
let Septum = ./septum/package.dhall

let coarse = Septum.qemu-virt-pmp.isolation // { pmp_grain_bytes = 8192 }

in    ./good.dhall
    //  { machine = Septum.qemu-virt-pmp // { isolation = coarse } }
