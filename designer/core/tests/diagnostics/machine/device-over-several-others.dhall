-- error S0130 system.dhall:16:93 machine.devices[14].base: device `one` from 0x20001000 overlaps device `wide`, which ends at 0x20010000
--   here: 0x20001000, size_bytes = 4096 }
--   also: system.dhall:15:94 machine.devices[13].base 0x20000000, size_bytes = 0x10000 }
--   help: move one of them, or make the lower one smaller
-- error S0130 system.dhall:17:93 machine.devices[15].base: device `two` from 0x20003000 overlaps device `wide`, which ends at 0x20010000
--   here: 0x20003000, size_bytes = 4096 }
--   also: system.dhall:15:94 machine.devices[13].base 0x20000000, size_bytes = 0x10000 }
--   help: move one of them, or make the lower one smaller
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // 
                { devices =
                      Septum.qemu-virt.devices
                    # [ Septum.Device::{ name = "wide", kind = Septum.DeviceKind.Rtc, base = 0x20000000, size_bytes = 0x10000 }
                      , Septum.Device::{ name = "one", kind = Septum.DeviceKind.Rtc, base = 0x20001000, size_bytes = 4096 }
                      , Septum.Device::{ name = "two", kind = Septum.DeviceKind.Rtc, base = 0x20003000, size_bytes = 4096 }
                      ]
                } }
