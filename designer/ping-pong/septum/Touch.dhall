-- How a model touches an address.
< Read | Write | Execute >
