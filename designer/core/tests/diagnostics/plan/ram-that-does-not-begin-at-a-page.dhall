-- error S0210 system.dhall:7:60 machine.ram[0].base: the machine `qemu-virt` has RAM that does not begin at a page of 4096 bytes
--   here: 0x80000800, size_bytes = 0x8000000 } ] } }
--   help: change the machine, or use one that is right, such as qemu-virt
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { ram = [ { base = 0x80000800, size_bytes = 0x8000000 } ] } }
