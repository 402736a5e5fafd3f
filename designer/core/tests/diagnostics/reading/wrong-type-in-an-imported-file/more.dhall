{ name = "x", partitions = 3 }
