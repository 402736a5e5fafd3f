-- error S0131 system.dhall:7:85 machine.ram[0].size_bytes: RAM range 0 is 0 bytes long
--   here: 0 } ] } }
--   help: a range has at least one byte and ends at 0x100000000000000 or before
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // { ram = [ { base = 0x80000000, size_bytes = 0 } ] } }
