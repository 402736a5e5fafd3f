-- error S0101 system.dhall:10:18 machine.devices[14].name: the device name `sensor` is used twice
--   here: "sensor"
--   also: system.dhall:10:18 machine.devices[13].name "sensor"
--   help: give one of them another name
let Septum = ./septum/package.dhall

let device =
      \(base : Natural) ->
        Septum.Device::{
        , name = "sensor"
        , kind = Septum.DeviceKind.Rtc
        , base
        , size_bytes = 4096
        }

in    ./good.dhall
    //  { machine =
                Septum.qemu-virt
            //  { devices =
                      Septum.qemu-virt.devices
                    # [ device 0x20000000, device 0x20001000 ]
                }
        }
