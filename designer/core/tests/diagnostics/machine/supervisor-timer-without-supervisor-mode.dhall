-- error S0133 system.dhall:6:66 machine.sstc: the machine `qemu-virt-pmp` has a timer for S-mode, and no S-mode
--   here: True } }
--   help: leave `sstc` out
let Septum = ./septum/package.dhall

in  ./good.dhall // { machine = Septum.qemu-virt-pmp // { sstc = True } }
