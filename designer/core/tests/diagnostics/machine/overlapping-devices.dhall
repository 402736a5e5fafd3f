-- error S0130 system.dhall:20:34 machine.devices[14].base: device `second` from 0x20000800 overlaps device `first`, which ends at 0x20001000
--   here: 0x20000800
--   also: system.dhall:14:34 machine.devices[13].base 0x20000000
--   help: move one of them, or make the lower one smaller
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // 
                { devices =
                      Septum.qemu-virt.devices
                    # [ Septum.Device::{
                        , name = "first"
                        , kind = Septum.DeviceKind.Rtc
                        , base = 0x20000000
                        , size_bytes = 4096
                        }
                      , Septum.Device::{
                        , name = "second"
                        , kind = Septum.DeviceKind.Rtc
                        , base = 0x20000800
                        , size_bytes = 4096
                        }
                      ]
                } }
