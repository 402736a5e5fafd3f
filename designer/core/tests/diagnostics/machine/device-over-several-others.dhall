-- error S0130 system.dhall:24:34 machine.devices[14].base: device `one` from 0x20001000 overlaps device `wide`, which ends at 0x20010000
--   here: 0x20001000
--   also: system.dhall:18:34 machine.devices[13].base 0x20000000
--   help: move one of them, or make the lower one smaller
-- error S0130 system.dhall:30:34 machine.devices[15].base: device `two` from 0x20003000 overlaps device `wide`, which ends at 0x20010000
--   here: 0x20003000
--   also: system.dhall:18:34 machine.devices[13].base 0x20000000
--   help: move one of them, or make the lower one smaller
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // 
                { devices =
                      Septum.qemu-virt.devices
                    # [ Septum.Device::{
                        , name = "wide"
                        , kind = Septum.DeviceKind.Rtc
                        , base = 0x20000000
                        , size_bytes = 0x10000
                        }
                      , Septum.Device::{
                        , name = "one"
                        , kind = Septum.DeviceKind.Rtc
                        , base = 0x20001000
                        , size_bytes = 4096
                        }
                      , Septum.Device::{
                        , name = "two"
                        , kind = Septum.DeviceKind.Rtc
                        , base = 0x20003000
                        , size_bytes = 4096
                        }
                      ]
                } }
