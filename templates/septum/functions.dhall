-- Short ways to write ends of channels, channels, and blocks of steps.
let ChannelKind = ./ChannelKind.dhall

let Step = ./Step.dhall

in  { end = \(partition : Text) -> \(port : Text) -> { partition, port }
    , queuing =
        \(depth : Natural) ->
        \(message_bytes : Natural) ->
          ChannelKind.Queuing { message_bytes, depth }
    , repeat =
        \(times : Natural) ->
        \(steps : List Step) ->
          [ Step.Loop { times = Some times } ] # steps # [ Step.End ]
    , forever =
        \(steps : List Step) ->
          [ Step.Loop { times = None Natural } ] # steps # [ Step.End ]
    , every =
        \(period_ns : Natural) ->
        \(steps : List Step) ->
            [ Step.Loop { times = None Natural }
            , Step.SleepUntil { period_ns, offset_ns = 0 }
            ]
          # steps
          # [ Step.End ]
    , if-byte =
        \(offset : Natural) ->
        \(equals : Natural) ->
        \(steps : List Step) ->
        \(otherwise : List Step) ->
            [ Step.IfByte { offset, equals } ]
          # steps
          # [ Step.Else ]
          # otherwise
          # [ Step.End ]
    }
