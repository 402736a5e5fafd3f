-- A device interrupt that arrives at a port.
{ port : Text, device : Text, source : Natural }
