{ name = 
