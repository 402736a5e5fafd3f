-- error S0130 system.dhall:11:30 machine.ram[1].base: RAM range 1 from 0x87fff000 overlaps RAM range 0, which ends at 0x88000000
--   here: 0x87fff000, size_bytes = 0x2000 }
--   also: system.dhall:10:30 machine.ram[0].base 0x80000000, size_bytes = 0x8000000 }
--   help: move one of them, or make the lower one smaller
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // 
                { ram =
                  [ { base = 0x80000000, size_bytes = 0x8000000 }
                  , { base = 0x87fff000, size_bytes = 0x2000 }
                  ]
                } }
