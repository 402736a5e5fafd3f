-- A range of physical addresses.
{ base : Natural, size_bytes : Natural }
