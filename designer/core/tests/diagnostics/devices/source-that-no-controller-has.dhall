-- error S0141 system.dhall:18:42 machine.devices[13].interrupts[0]: `sensor` raises interrupt source 0
--   here: 0, 12, 1099511627776 ]
--   help: an interrupt controller has the sources 1 to 1023
-- error S0141 system.dhall:18:49 machine.devices[13].interrupts[2]: `sensor` raises interrupt source 1099511627776
--   here: 1099511627776 ]
--   help: an interrupt controller has the sources 1 to 1023
let Septum = ./septum/package.dhall

in    ./good.dhall
    //  { machine = Septum.qemu-virt // 
                { devices =
                      Septum.qemu-virt.devices
                    # [ Septum.Device::{
                        , name = "sensor"
                        , kind = Septum.DeviceKind.Rtc
                        , base = 0x20000000
                        , size_bytes = 4096
                        , interrupts = [ 0, 12, 1099511627776 ]
                        }
                      ]
                } }
