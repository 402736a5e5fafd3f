-- What keeps partitions apart: address translation and physical memory protection.
{ mmu : ./Mmu.dhall
, asid_bits : Natural
, pmp_entries : Natural
, pmp_grain_bytes : Natural
}
