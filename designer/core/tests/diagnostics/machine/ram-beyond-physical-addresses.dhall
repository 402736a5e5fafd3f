-- error S0131 system.dhall:7:92 machine.ram[0].size_bytes: RAM range 0 has 134217728 bytes from 0x100000000000000, which is more than there are addresses
--   here: 0x8000000 } ] } }
--   help: a range has at least one byte and ends at 0x100000000000000 or before
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { ram = [ { base = 0x100000000000000, size_bytes = 0x8000000 } ] } }
