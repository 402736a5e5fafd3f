{ format = 3 }
