-- A partition's right to a shared memory: to read it and, with `write`, to write it.
{ partition : Text, write : Bool }
