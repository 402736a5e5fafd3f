-- error S0152 system.dhall:45:16 partitions[0].name: `ping` is in no window of hart 0, so it never runs
--   here: "ping"
--   help: add it to a window of hart 0
-- error S0121 system.dhall:46:23 partitions[0].stack_bytes: the stack of `ping` is 100 bytes long
--   here: 100
--   help: use a multiple of 4096 from 4096 to 67108864
-- error S0170 system.dhall:47:19 partitions[0].program: the program `ping.elf` does not exist
--   here: Septum.Program.Elf "ping.elf"
--   help: name a file in the design's folder by its path from there, and build it first
-- error S0101 system.dhall:52:16 partitions[1].name: the partition name `ping` is used twice
--   here: "ping"
--   also: system.dhall:45:16 partitions[0].name "ping"
--   help: give one of them another name
-- error S0124 system.dhall:53:16 partitions[1].hart: `ping` is on hart 3, which the machine does not have
--   here: 3
--   help: the only hart of `qemu-virt` is 0
-- error S0160 system.dhall:54:42 partitions[1].program[0]: step 0 ends a loop or a condition that was not begun
--   here: Septum.Step.End ]
--   help: remove it, or begin one before it
-- error S0102 system.dhall:62:18 channels[0].name: `1` is not a name for a channel
--   here: "1"
--   help: use 1 to 32 letters, digits, `_`, `-` and `.`, beginning with a letter
-- error S0112 system.dhall:63:63 channels[0].kind.message_bytes: messages of the channel `1` are 0 bytes long
--   here: 0, depth = 1000 }
--   help: use 1 to 4096 bytes; a signal carries no message
-- error S0113 system.dhall:63:74 channels[0].kind.depth: the queue of the channel `1` holds 1000 messages
--   here: 1000 }
--   help: use a depth of 1 to 256
-- error S0103 system.dhall:65:30 channels[0].to.partition: the system has no partition `pong`
--   here: "pong", port = "in" }
--   help: the only partition is `ping`
-- error S0150 system.dhall:70:28 schedules[0].major_frame_ns: the windows of `main` add up to 50ns on hart 0, the major frame is 100ns
--   here: 100
--   help: set major_frame_ns to 50, or change the windows
-- error S0154 system.dhall:72:44 schedules[0].windows[0].duration_ns: the length of window 0, 50ns, is not a whole number of ticks of 100ns
--   here: 50, partitions = [] : List Text } ]
--   help: use 100
-- error S0151 system.dhall:72:61 schedules[0].windows[0].partitions: window 0 has no partitions
--   here: [] : List Text } ]
--   help: put a partition into it, or remove it
let Septum = ./septum/package.dhall

let ping =
      Septum.Partition::{
      , name = "ping"
      , stack_bytes = 100
      , program = Septum.Program.Elf "ping.elf"
      }

let pong =
      Septum.Partition::{
      , name = "ping"
      , hart = 3
      , program = Septum.Program.Model [ Septum.Step.End ]
      }

in  Septum.System::{
    , name = "broken"
    , partitions = [ ping, pong ]
    , channels =
      [ Septum.Channel::{
        , name = "1"
        , kind = Septum.ChannelKind.Queuing { message_bytes = 0, depth = 1000 }
        , from = { partition = "ping", port = "out" }
        , to = { partition = "pong", port = "in" }
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = 100
        , windows =
          [ Septum.Window::{ duration_ns = 50, partitions = [] : List Text } ]
        }
      ]
    }
