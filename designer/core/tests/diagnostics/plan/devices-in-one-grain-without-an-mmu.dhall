-- error S0208 system.dhall:33:40 machine.devices[13].base: the isolation hardware cannot tell `first` from `second`: both are in one unit of 64 bytes
--   here: 0x20000000, device "second" 0x20000020 ]
--   help: grant both to the same partition or neither, or move one of them
let Septum = ./septum/package.dhall

let device =
      \(name : Text) ->
      \(base : Natural) ->
        Septum.Device::{
        , name
        , kind = Septum.DeviceKind.Rtc
        , base
        , size_bytes = 0x20
        }

let owner =
      \(name : Text) ->
      \(device : Text) ->
        Septum.Partition::{
        , name
        , program = Septum.Program.Model [ Septum.Step.Exit ]
        , devices = [ device ]
        , permissions = Septum.Permissions::{ clock = True }
        }

let virt = Septum.qemu-virt-pmp

in    ./good.dhall
    //  { machine =
                virt
            //  { devices =
                      virt.devices
                    # [ device "first" 0x20000000, device "second" 0x20000020 ]
                , isolation = virt.isolation // { pmp_grain_bytes = 64 }
                }
        , partitions = [ owner "ping" "first", owner "pong" "second" ]
        , channels = [] : List Septum.Channel.Type
        }
