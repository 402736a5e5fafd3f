-- error S0131 system.dhall:7:85 machine.ram[0].size_bytes: RAM range 0 has 18446744073709551615 bytes from 0x80000000, which is more than there are addresses
--   here: 0xffffffffffffffff } ] } }
--   help: a range has at least one byte and ends at 0x100000000000000 or before
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { ram = [ { base = 0x80000000, size_bytes = 0xffffffffffffffff } ] } }
