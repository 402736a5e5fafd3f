-- The machine `virt` of QEMU with one hart and 128 MiB of RAM.
let Device = ../Device.dhall

let DeviceKind = ../DeviceKind.dhall

let virtio =
      \(name : Text) ->
      \(base : Natural) ->
      \(source : Natural) ->
        Device::{
        , name
        , kind = DeviceKind.VirtioMmio
        , base
        , size_bytes = 0x1000
        , interrupts = [ source ]
        , dma = True
        }

in  { name = "qemu-virt"
    , harts = 1
    , timebase_hz = 10000000
    , ns_per_instruction = 1
    , ram = [ { base = 0x80000000, size_bytes = 0x8000000 } ]
    , devices =
      [ Device::{
        , name = "finisher"
        , kind = DeviceKind.TestFinisher
        , base = 0x100000
        , size_bytes = 0x1000
        }
      , Device::{
        , name = "rtc"
        , kind = DeviceKind.Rtc
        , base = 0x101000
        , size_bytes = 0x1000
        , interrupts = [ 11 ]
        }
      , Device::{
        , name = "clint"
        , kind = DeviceKind.Clint
        , base = 0x2000000
        , size_bytes = 0x10000
        }
      , Device::{
        , name = "plic"
        , kind = DeviceKind.Plic
        , base = 0xc000000
        , size_bytes = 0x600000
        }
      , Device::{
        , name = "uart"
        , kind = DeviceKind.Uart16550
        , base = 0x10000000
        , size_bytes = 0x100
        , interrupts = [ 10 ]
        }
      , virtio "virtio0" 0x10001000 1
      , virtio "virtio1" 0x10002000 2
      , virtio "virtio2" 0x10003000 3
      , virtio "virtio3" 0x10004000 4
      , virtio "virtio4" 0x10005000 5
      , virtio "virtio5" 0x10006000 6
      , virtio "virtio6" 0x10007000 7
      , virtio "virtio7" 0x10008000 8
      ]
    , isolation =
      { mmu = (../Mmu.dhall).Sv39
      , asid_bits = 16
      , pmp_entries = 16
      , pmp_grain_bytes = 4
      }
    , sstc = False
    }
