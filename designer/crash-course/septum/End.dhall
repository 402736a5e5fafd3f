-- One end of a channel: a port of a partition.
{ partition : Text, port : Text }
