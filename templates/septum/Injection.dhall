-- What is done to the machine from outside, and when.
let Occasion = ./Occasion.dhall

let Fault = ./Fault.dhall

in  { at : Occasion, fault : Fault }
