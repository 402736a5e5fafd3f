-- error S0201 system.dhall:7:85 machine.ram[0].size_bytes: the system needs 126976 bytes of RAM, the first RAM range has 65536
--   here: 0x10000 } ] } }
--   help: give the machine more RAM, or make stacks, queues, logs or programs smaller
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { ram = [ { base = 0x80000000, size_bytes = 0x10000 } ] } }
