-- warning S0181 system.dhall:16:39 partitions[0].name: nothing that `ping`, `pong` do can be observed: no device, no interrupt, no log
--   here: "ping", program = Septum.Program.Model [ Septum.
--   help: grant one of them a device or the right to log
-- error S0123 system.dhall:18:13 partitions[0].log_bytes: `ping` has a log ring of 4096 bytes, but may not log
--   here: node with permissions.log = False
--   also: system.dhall:18:41 partitions[0].permissions.log False
--   help: set permissions.log and log_bytes together, or neither
-- error S0123 system.dhall:20:14 partitions[1].log_bytes: `pong` has a log ring of 4096 bytes, but may not log
--   here: quiet with permissions.clock = True with name =
--   also: system.dhall:18:41 partitions[1].permissions.log False
--   help: set permissions.log and log_bytes together, or neither
let Septum = ./septum/package.dhall

let good = ./good.dhall

let node = Septum.Partition::{ name = "ping", program = Septum.Program.Model [ Septum.Step.Exit ] }

let quiet = node with permissions.log = False

let driver = quiet with permissions.clock = True with name = "pong"

in  good // { partitions = [ quiet, driver ] }
