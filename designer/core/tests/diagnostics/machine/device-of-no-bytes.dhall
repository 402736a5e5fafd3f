-- error S0131 system.dhall:14:40 machine.devices[13].size_bytes: device `sensor` is 0 bytes long
--   here: 0
--   help: a range has at least one byte and ends at 0x100000000000000 or before
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // 
                { devices =
                      Septum.qemu-virt.devices
                    # [ Septum.Device::{
                        , name = "sensor"
                        , kind = Septum.DeviceKind.Rtc
                        , base = 0x20000000
                        , size_bytes = 0
                        }
                      ]
                } }
