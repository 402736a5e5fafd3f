-- A statement about the design that must hold.
< NoFlow : { from : Text, to : Text }
| AllFlowThrough : { from : Text, to : Text, via : Text }
| MaxLatency : { channel : Text, ns : Natural }
>
