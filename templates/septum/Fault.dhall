-- What is injected. Addresses are those of a partition, or physical ones for `None`; a bit is one of
-- the byte there, 0 to 7; a word has eight bytes. `LoseInterrupt` loses the present or the next
-- request of a device, until its line falls. `StopPartition` makes all code of a partition illegal
-- instructions; its `health` says what becomes of it. `Input` comes in on a UART or a virtio console.
< FlipBit : { partition : Optional Text, address : Natural, bit : Natural }
| WriteWord : { partition : Optional Text, address : Natural, value : Natural }
| LoseInterrupt : { device : Text }
| RepeatInterrupt : { device : Text }
| StopPartition : { partition : Text }
| Input : { device : Text, text : Text }
>
