-- Generated: a hub and 33 sensors, each with a channel there and one back, and a window for
-- every turn.
let Septum = ./septum/package.dhall

let count = 33

let generate
    : forall (a : Type) -> Natural -> (Natural -> a) -> List a
    = \(a : Type) ->
      \(length : Natural) ->
      \(make : Natural -> a) ->
        List/build
          a
          ( \(list : Type) ->
            \(cons : a -> list -> list) ->
            \(nil : list) ->
              ( Natural/fold
                  length
                  { index : Natural, made : list }
                  ( \(state : { index : Natural, made : list }) ->
                      { index = state.index + 1
                      , made = cons (make state.index) state.made
                      }
                  )
                  { index = 0, made = nil }
              ).made
          )

let spin =
      Septum.Program.Model
        (Septum.forever [ Septum.Step.Compute { ns = Septum.us 1 } ])

let sensor = \(index : Natural) -> "sensor-${Natural/show index}"

let there =
      \(index : Natural) ->
        Septum.Channel::{
        , name = "there-${Natural/show index}"
        , kind = Septum.ChannelKind.Signal
        , from = Septum.end "hub" "ask-${Natural/show index}"
        , to = Septum.end (sensor index) "ask"
        }

let back =
      \(index : Natural) ->
        Septum.Channel::{
        , name = "back-${Natural/show index}"
        , kind = Septum.queuing 2 16
        , from = Septum.end (sensor index) "answer"
        , to = Septum.end "hub" "answer-${Natural/show index}"
        }

in  Septum.System::{
    , name = "hub"
    , partitions =
          [ Septum.Partition::{ name = "hub", program = spin } ]
        # generate
            Septum.Partition.Type
            count
            ( \(index : Natural) ->
                Septum.Partition::{ name = sensor index, program = spin }
            )
    , channels =
          generate Septum.Channel.Type count there
        # generate Septum.Channel.Type count back
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.ms 26
        , windows =
              [ Septum.Window::{
                , duration_ns = Septum.us 100
                , partitions = generate Text (Natural/subtract 1 count) sensor
                }
              ]
            # generate
                Septum.Window.Type
                259
                ( \(index : Natural) ->
                    Septum.Window::{
                    , duration_ns = Septum.us 100
                    , partitions = [ "hub" ]
                    }
                )
        }
      ]
    }
