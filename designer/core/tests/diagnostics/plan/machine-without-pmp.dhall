-- error S0210 system.dhall:6:55 machine.isolation.pmp_entries: the machine `qemu-virt` has no PMP, so nothing keeps partitions out of the kernel
--   here: 0
--   help: change the machine, or use one that is right, such as qemu-virt
let Septum = ./septum/package.dhall

in  ./good.dhall with machine.isolation.pmp_entries = 0
