-- error S0130 system.dhall:14:34 machine.devices[13].base: device `sensor` from 0x80001000 overlaps RAM range 0, which ends at 0x88000000
--   here: 0x80001000
--   also: system.dhall:8:21 machine.ram[0].base Septum.qemu-virt //
--   help: move one of them, or make the lower one smaller
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // 
                { devices =
                      Septum.qemu-virt.devices
                    # [ Septum.Device::{
                        , name = "sensor"
                        , kind = Septum.DeviceKind.Rtc
                        , base = 0x80001000
                        , size_bytes = 4096
                        }
                      ]
                } }
