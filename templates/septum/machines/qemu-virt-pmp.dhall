-- The machine `virt` of QEMU with a hart that has no S-mode and so no MMU: PMP alone isolates.
-- QEMU is told so by `-cpu rv64,s=off,h=off,f=off,d=off,v=off`.
let virt = ./qemu-virt.dhall

in      virt
    //  { name = "qemu-virt-pmp"
        , isolation =
          { mmu = (../Mmu.dhall).Bare
          , asid_bits = 0
          , pmp_entries = 16
          , pmp_grain_bytes = 4
          }
        }
