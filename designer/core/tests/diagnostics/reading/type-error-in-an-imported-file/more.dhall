{ name = "x" ++ 1 }
