-- error S0133 system.dhall:16:33 machine.isolation.asid_bits: address space identifiers have 20 bits
--   here: 20
--   help: use 0 to 16
-- error S0133 system.dhall:17:35 machine.isolation.pmp_entries: the machine has 100 PMP entries
--   here: 100
--   help: use 0 to 64
-- error S0133 system.dhall:18:39 machine.isolation.pmp_grain_bytes: PMP ranges have a granularity of 0 bytes
--   here: 0
--   help: use a power of two, at least 4
let Septum = ./septum/package.dhall

in  ./good.dhall // { machine =
                Septum.qemu-virt
            //  { isolation =
                  { mmu = Septum.Mmu.Sv39
                  , asid_bits = 20
                  , pmp_entries = 100
                  , pmp_grain_bytes = 0
                  }
                }
        }
