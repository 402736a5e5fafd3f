-- Everything that a system is described with. Use it as
--
--     let Septum = ./septum/package.dhall
--
-- and complete records with what need not be said:
--
--     Septum.Partition::{ name = "filter", program = Septum.Program.Elf "filter.elf" }
--
-- Times are in nanoseconds and sizes in bytes; `Septum.us 50` and `Septum.KiB 4` help.
{ System = ./System.dhall
, Machine = ./Machine.dhall
, Range = ./Range.dhall
, Device = ./Device.dhall
, DeviceKind = ./DeviceKind.dhall
, Isolation = ./Isolation.dhall
, Mmu = ./Mmu.dhall
, Partition = ./Partition.dhall
, Program = ./Program.dhall
, Step = ./Step.dhall
, Payload = ./Payload.dhall
, Touch = ./Touch.dhall
, Interrupt = ./Interrupt.dhall
, Permissions = ./Permissions.dhall
, Health = ./Health.dhall
, HealthAction = ./HealthAction.dhall
, Channel = ./Channel.dhall
, ChannelKind = ./ChannelKind.dhall
, End = ./End.dhall
, Memory = ./Memory.dhall
, Grant = ./Grant.dhall
, Schedule = ./Schedule.dhall
, Window = ./Window.dhall
, Rule = ./Rule.dhall
, Scenario = ./Scenario.dhall
, Exchange = ./Exchange.dhall
, Injection = ./Injection.dhall
, Occasion = ./Occasion.dhall
, Fault = ./Fault.dhall
, Expectation = ./Expectation.dhall
, qemu-virt = ./machines/qemu-virt.dhall
, qemu-virt-pmp = ./machines/qemu-virt-pmp.dhall
}
// ./units.dhall
// ./functions.dhall
