-- What the outside world does to a running system, and what is expected of it (scenario.dhall
-- beside the system).
let Exchange = ./Exchange.dhall

let Injection = ./Injection.dhall

let Expectation = ./Expectation.dhall

in  { Type =
        { uart : List Exchange
        , injections : List Injection
        , expectations : List Expectation
        }
    , default =
      { uart = [] : List Exchange
      , injections = [] : List Injection
      , expectations = [] : List Expectation
      }
    }
