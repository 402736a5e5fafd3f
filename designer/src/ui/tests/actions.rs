//! A triple for every action: a system, keys, what must have come of them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use septum_core::spec::{RawChannelKind, RawHealthAction, RawProgram, RawRule, RawStep};
use septum_simulator::cpu::Privilege;

use super::desk::Desk;
use crate::session::report::{Ending, Pace, Progress, Report};
use crate::trace::kind::Kind;
use crate::ui::action;
use crate::ui::effect::Effect;
use crate::ui::form;
use crate::ui::graph::geometry::Point;
use crate::ui::input::Input;
use crate::ui::object::Object;
use crate::ui::overlay::Overlay;
use crate::ui::state::View;
use crate::ui::trace::span::Span;
use crate::ui::trace::{Panel, Phase};

thread_local! {
    static TAKEN: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
}

/// Notes that an action was taken on this thread.
pub(crate) fn note(id: &'static str) {
    TAKEN.with_borrow_mut(|taken| {
        taken.insert(id);
    });
}

type Triple = (&'static str, &'static str, &'static str, fn(&Desk) -> bool);

const PING: &str = "ping-pong";
const SENSOR: &str = "sensor-pipeline";

/// Gives wrong names to a port and a partition of the sensor pipeline, so that there are problems.
macro_rules! broken {
    ($keys:literal) => {
        concat!(
            "/ \"driver.irq\" enter r ctrl-u \"line\" enter ",
            "/ \"logger\" enter r ctrl-u \"9logger\" enter ",
            $keys
        )
    };
}

/// Boots, and runs for 5 ms.
macro_rules! booted {
    ($keys:literal) => {
        concat!("F5 t ctrl-u \"5ms\" enter ", $keys)
    };
}

const TRIPLES: &[Triple] = &[
    // Changing the design.
    ("edit.properties", PING, "l enter", |desk| {
        form::current(&desk.state).is_some_and(|it| it.object == Object::Partition(0))
    }),
    (
        "add.partition",
        PING,
        "a p ctrl-u \"radio\" enter",
        |desk| {
            desk.system().partitions[2].name == "radio"
                && desk.system().schedules[0]
                    .windows
                    .iter()
                    .any(|it| it.partitions.contains(&"radio".to_owned()))
        },
    ),
    (
        "add.channel",
        PING,
        "a c \"ping.more\" enter \"pong.more\" enter",
        |desk| desk.system().channels[2].from.port == "more",
    ),
    ("add.device", PING, "a d \"virtio\" enter", |desk| {
        let devices = &desk.system().machine.devices;
        matches!(desk.state.selection, Some(Object::Device(index)) if devices[index].name.starts_with("virtio"))
            && desk
                .state
                .scene
                .node(desk.state.selection.unwrap())
                .is_some()
    }),
    ("add.grant", PING, "l a g \"uart\" enter", |desk| {
        desk.partition("ping").devices == ["uart"]
    }),
    ("add.interrupt", PING, "l a i \"uart\" enter", |desk| {
        desk.partition("ping").interrupts[0].port == "uart_irq"
    }),
    ("add.window", PING, "l a w", |desk| {
        let windows = &desk.system().schedules[0].windows;
        windows.len() == 3 && windows[2].partitions == ["ping"]
    }),
    ("add.memory", PING, "a m", |desk| {
        desk.system().memories[0].name == "memory"
    }),
    (
        "add.share",
        PING,
        "a m esc l a s \"memory write\" enter",
        |desk| {
            let grants = &desk.system().memories[0].grants;
            grants.len() == 1 && grants[0].partition == "ping" && grants[0].write
        },
    ),
    ("add.rule", PING, "a r", |desk| {
        matches!(desk.system().rules[0], RawRule::NoFlow { .. })
    }),
    (
        "edit.connect",
        PING,
        "l c enter \"pong.extra\" enter",
        |desk| {
            let channel = &desk.system().channels[2];
            channel.from.partition == "ping" && channel.to.port == "extra"
        },
    ),
    ("edit.rename", PING, "l r ctrl-u \"alpha\" enter", |desk| {
        let system = desk.system();
        system.channels[0].from.partition == "alpha"
            && system.channels[1].to.partition == "alpha"
            && system.schedules[0].windows[0].partitions == ["alpha"]
    }),
    ("edit.rename", PING, "l r ctrl-u \"pong\" enter", |desk| {
        desk.system().partitions[0].name == "ping"
            && desk
                .screen()
                .contains("the name pong is taken by another partition")
    }),
    (
        "edit.properties",
        PING,
        "l enter enter ctrl-u \"pong\" enter",
        |desk| {
            desk.system().partitions[0].name == "ping"
                && desk
                    .screen()
                    .contains("the name pong is taken by another partition")
        },
    ),
    ("add.partition", PING, "a p ctrl-u \"pong\" enter", |desk| {
        desk.system().partitions.len() == 2
            && desk
                .screen()
                .contains("the name pong is taken by another partition")
    }),
    ("edit.delete", PING, "l d", |desk| {
        desk.system().partitions.len() == 1 && desk.system().channels.is_empty()
    }),
    (
        "edit.system",
        PING,
        "g s enter ctrl-u \"table-tennis\" enter",
        |desk| desk.system().name == "table-tennis",
    ),
    (
        "edit.machine",
        PING,
        "g m j enter ctrl-u \"2\" enter",
        |desk| desk.system().machine.harts == 2,
    ),
    // The canvas.
    ("select.left", PING, "l l h", |desk| {
        desk.state.selection == Some(Object::Partition(0))
    }),
    ("select.right", PING, "l l", |desk| {
        desk.state.selection == Some(Object::Partition(1))
    }),
    ("select.down", SENSOR, "/ \"filter\" enter j", |desk| {
        matches!(desk.state.selection, Some(Object::Partition(2 | 3)))
    }),
    ("select.up", SENSOR, "/ \"background\" enter k", |desk| {
        matches!(desk.state.selection, Some(Object::Partition(0 | 1)))
    }),
    ("select.next", PING, "] ] ]", |desk| {
        desk.state.selection == Some(Object::Channel(0))
    }),
    ("select.previous", PING, "[", |desk| {
        desk.state.selection == Some(Object::Channel(1))
    }),
    ("select.wire", PING, "l w w", |desk| {
        desk.state.selection == Some(Object::Channel(1))
    }),
    ("move.left", PING, "l H", |desk| moved(desk, -2, 0)),
    ("move.down", PING, "l J J", |desk| moved(desk, 0, 2)),
    ("move.up", PING, "l K", |desk| moved(desk, 0, -1)),
    ("move.right", PING, "l shift-right", |desk| {
        moved(desk, 2, 0)
    }),
    ("canvas.left", PING, "z h", |desk| {
        desk.state.camera.x < Desk::new(PING).state.camera.x
    }),
    ("canvas.right", PING, "ctrl-right", |desk| {
        desk.state.camera.x > Desk::new(PING).state.camera.x
    }),
    ("canvas.up", PING, "z k", |desk| {
        desk.state.camera.y < Desk::new(PING).state.camera.y
    }),
    ("canvas.down", PING, "pagedown", |desk| {
        desk.state.camera.y > Desk::new(PING).state.camera.y
    }),
    ("canvas.centre", PING, "l z l z l z z", |desk| {
        let place = desk.state.scene.place_of(desk.state.selection).unwrap();
        (desk.state.camera.x + 40 - place.centre().x).abs() <= 1
    }),
    ("canvas.home", PING, "z l z j z f", |desk| {
        desk.state.camera == Desk::new(PING).state.camera
    }),
    ("canvas.arrange", PING, "l J J J =", |desk| {
        desk.state.design.placement == Desk::new(PING).state.design.placement
    }),
    ("canvas.route", PING, "l J J J z r", |desk| {
        desk.state
            .scene
            .wires
            .iter()
            .all(|wire| wire.path().is_some())
    }),
    ("canvas.place", PING, "l g d", |desk| {
        desk.state.view == View::Dhall
    }),
    // The schedule.
    ("schedule.next", PING, "2 j j", |desk| {
        desk.state.selection
            == Some(Object::Window {
                schedule: 0,
                index: 1,
            })
    }),
    ("schedule.previous", PING, "2 j j k", |desk| {
        desk.state.selection
            == Some(Object::Window {
                schedule: 0,
                index: 0,
            })
    }),
    (
        "schedule.edit",
        PING,
        "2 j enter j enter ctrl-u \"250us\" enter",
        |desk| desk.system().schedules[0].windows[0].duration_ns == 250_000,
    ),
    ("schedule.add", PING, "2 j a", |desk| {
        desk.system().schedules[0].windows[1].partitions.is_empty()
    }),
    ("schedule.add-schedule", PING, "2 A", |desk| {
        let schedules = &desk.system().schedules;
        schedules[1].name == "safe" && schedules[1].windows == schedules[0].windows
    }),
    ("schedule.delete", PING, "2 j d", |desk| {
        desk.system().schedules[0].windows.len() == 1
    }),
    ("schedule.later", PING, "2 j J", |desk| {
        desk.system().schedules[0].windows[1].partitions == ["ping"]
    }),
    ("schedule.earlier", PING, "2 j j K", |desk| {
        desk.system().schedules[0].windows[0].partitions == ["pong"]
    }),
    (
        "schedule.fill",
        PING,
        "2 j enter j enter ctrl-u \"100us\" enter esc f",
        |desk| desk.system().schedules[0].windows[0].duration_ns == 500_000,
    ),
    // The Dhall.
    ("dhall.down", PING, "3 j", |desk| desk.state.dhall_top == 1),
    ("dhall.up", PING, "3 j j k", |desk| {
        desk.state.dhall_top == 1
    }),
    ("dhall.page-down", PING, "3 pagedown", |desk| {
        desk.state.dhall_top > 10
    }),
    ("dhall.page-up", PING, "3 pagedown pageup", |desk| {
        desk.state.dhall_top == 0
    }),
    ("dhall.first", PING, "3 G g g", |desk| {
        desk.state.dhall_top == 0
    }),
    ("dhall.last", PING, "3 G", |desk| {
        desk.screen().contains("in  Septum") || desk.state.dhall_top > 10
    }),
    ("dhall.selected", PING, "[ 3 enter", |desk| {
        desk.screen().contains("\"back\"")
    }),
    // Problems.
    ("view.focus", SENSOR, broken!("tab"), |desk| {
        desk.state.problems_focused
    }),
    ("problems.next", SENSOR, broken!("4 j"), |desk| {
        desk.state.problem == 1
    }),
    ("problems.previous", SENSOR, broken!("4 j j k"), |desk| {
        desk.state.problem == 1
    }),
    ("problems.first", SENSOR, broken!("4 j g g"), |desk| {
        desk.state.problem == 0
    }),
    ("problems.last", SENSOR, broken!("4 G"), |desk| {
        desk.state.problem + 1 == desk.state.diagnostics().len()
    }),
    ("problems.go", SENSOR, broken!("tab enter"), |desk| {
        form::current(&desk.state).is_some()
    }),
    ("problems.next-anywhere", SENSOR, broken!("1 !"), |desk| {
        desk.state.problem == 1 && desk.state.selection.is_some()
    }),
    ("problems.back", SENSOR, broken!("tab esc"), |desk| {
        !desk.state.problems_focused && desk.state.selection.is_some()
    }),
    // The trace: the keys run a real machine.
    ("step.event", PING, "F5 s", |desk| {
        event(desk) == (3, Kind::Block)
    }),
    ("step.call", SENSOR, "F5 o o", |desk| {
        let call = desk.state.trace.call().unwrap();
        call.name() == Some("now") && desk.screen().contains("now (call 6): ok")
    }),
    ("step.instruction", PING, "F5 i i", |desk| {
        let trace = &desk.state.trace;
        trace.cursor_ns == trace.recording.time_ns()
            && trace.now.map(|it| it.privilege) == Some(Privilege::User)
    }),
    ("step.instruction-back", PING, "F5 I I", |desk| {
        let trace = &desk.state.trace;
        trace.looked.map(|it| it.time_ns) == Some(trace.cursor_ns)
            && trace.cursor_ns < trace.recording.time_ns()
    }),
    ("run.back-to-write", PING, "F5 x \"sp\" enter", |desk| {
        let trace = &desk.state.trace;
        trace.looked.map(|it| it.time_ns) == Some(trace.cursor_ns)
            && trace.cursor_ns < trace.recording.time_ns()
    }),
    (
        "run.to-expression",
        PING,
        "F5 C \"receive && bytes[1] == 0x6f\" enter",
        |desk| partition(desk).as_deref() == Some("ping") && event(desk).1 == Kind::Receive,
    ),
    ("run.to-kind", PING, "F5 c \"receive\" enter", |desk| {
        event(desk).1 == Kind::Receive && phase(desk) == Phase::Paused
    }),
    (
        "run.to-kind-again",
        PING,
        "F5 c \"log\" enter . .",
        |desk| event(desk).1 == Kind::Log && count_shown(desk, Kind::Log) == 3,
    ),
    ("run.to-time", PING, "F5 t ctrl-u \"5ms\" enter", |desk| {
        desk.state.trace.cursor_ns == 5_000_000 && phase(desk) == Phase::Paused
    }),
    (
        "run.to-time",
        PING,
        "F5 t ctrl-u \"#5_000\" enter",
        |desk| {
            let trace = &desk.state.trace;
            let looked = trace.looked.map(|it| it.time_ns);
            looked == Some(trace.cursor_ns) && trace.cursor_ns < trace.recording.time_ns()
        },
    ),
    ("run.to-time", PING, "F5 t ctrl-u \"#5k\" enter", |desk| {
        desk.screen()
            .contains("`5k` is no number of instructions: write one such as #5000.")
    }),
    ("run.on", PING, "F5 space space", |desk| {
        phase(desk) == Phase::Paused && desk.state.trace.recording.time_ns() > 10_000_000
    }),
    ("trace.down", PING, booted!("g g j"), |desk| {
        event(desk).0 == 1
    }),
    ("trace.up", PING, booted!("g g j j k"), |desk| {
        event(desk).0 == 1
    }),
    ("trace.page-down", PING, booted!("g g pagedown"), |desk| {
        event(desk).0 == 10
    }),
    (
        "trace.page-up",
        PING,
        booted!("g g pagedown j pageup"),
        |desk| event(desk).0 == 1,
    ),
    ("trace.first", PING, booted!("g g"), |desk| {
        event(desk).0 == 0
    }),
    ("trace.last", PING, booted!("g g G"), |desk| {
        event(desk).0 + 1 == desk.state.trace.recording.len()
    }),
    ("trace.lane-next", PING, booted!("g g j w w"), |desk| {
        partition(desk).as_deref() == Some("ping") && event(desk).1 == Kind::Block
    }),
    (
        "trace.lane-previous",
        PING,
        booted!("g g j w w b"),
        |desk| partition(desk).as_deref() == Some("ping") && event(desk).1 == Kind::Send,
    ),
    ("trace.kind-next", PING, booted!("g g W"), |desk| {
        event(desk).1 == Kind::Window && event(desk).0 > 0
    }),
    (
        "trace.kind-previous",
        PING,
        booted!("g g W W B B"),
        |desk| event(desk) == (0, Kind::Window),
    ),
    ("trace.lane-down", PING, booted!("g g J J"), |desk| {
        partition(desk).as_deref() == Some("pong")
    }),
    ("trace.lane-up", PING, booted!("g g J J K"), |desk| {
        partition(desk).as_deref() == Some("ping")
    }),
    (
        "trace.other-end",
        PING,
        "F5 c \"receive\" enter %",
        |desk| event(desk).1 == Kind::Send && partition(desk).as_deref() == Some("ping"),
    ),
    ("trace.zoom-in", PING, "F5 +", |desk| {
        length_ns(desk) == 500_000
    }),
    ("trace.zoom-out", PING, "F5 -", |desk| {
        length_ns(desk) == 2_000_000
    }),
    ("trace.zoom-frame", PING, "F5 - - + + + 0", |desk| {
        length_ns(desk) == 1_000_000
    }),
    ("trace.zoom-all", PING, booted!("F"), |desk| {
        desk.state.trace.span.start_ns == 0
            && length_ns(desk) == desk.state.trace.recording.time_ns()
    }),
    ("trace.left", PING, booted!("0 h"), |desk| {
        panned_ns(desk) == -125_000
    }),
    ("trace.right", PING, booted!("0 l"), |desk| {
        panned_ns(desk) == 125_000
    }),
    ("trace.page-left", PING, booted!("0 H"), |desk| {
        panned_ns(desk) == -1_000_000
    }),
    ("trace.page-right", PING, booted!("0 L"), |desk| {
        panned_ns(desk) == 1_000_000
    }),
    (
        "trace.filter",
        PING,
        booted!("f \"messages\" enter"),
        |desk| {
            let screen = desk.screen();
            screen.contains("hidden") && !screen.contains("window   ")
        },
    ),
    (
        "trace.search",
        PING,
        booted!("g g / \"PONG 1\" enter"),
        |desk| partition(desk).as_deref() == Some("pong") && event(desk).1 == Kind::Send,
    ),
    (
        "trace.match-next",
        PING,
        booted!("g g / \"pong 1\" enter n"),
        |desk| partition(desk).as_deref() == Some("ping") && event(desk).1 == Kind::Receive,
    ),
    (
        "trace.match-previous",
        PING,
        booted!("g g / \"pong 1\" enter n N"),
        |desk| partition(desk).as_deref() == Some("pong") && event(desk).1 == Kind::Send,
    ),
    ("trace.panel", PING, "F5 p p", |desk| {
        desk.state.trace.panel == Panel::Console && desk.screen().contains("nothing was printed")
    }),
    ("trace.panel-down", PING, "F5 p ctrl-d", |desk| {
        !desk.screen().contains("pc   0") && desk.screen().contains("a6   0")
    }),
    ("trace.panel-up", PING, "F5 p ctrl-d ctrl-u", |desk| {
        desk.screen().contains("pc   0")
    }),
    // Every view.
    ("edit.undo", PING, "l d u", |desk| {
        desk.state.design == Desk::new(PING).state.design
            && desk.state.selection == Some(Object::Partition(0))
    }),
    ("edit.redo", PING, "l d u U", |desk| {
        desk.system().partitions.len() == 1
    }),
    ("system.boot", PING, "F5", |desk| {
        desk.state.view == View::Trace
            && desk.state.trace.phase == Phase::Paused
            && desk.screen().contains("ping 1")
    }),
    ("view.graph", PING, "3 1", |desk| {
        desk.state.view == View::Graph
    }),
    ("view.schedule", PING, "2", |desk| {
        desk.screen().contains("major frame 1ms")
    }),
    ("view.dhall", PING, "3", |desk| {
        desk.screen().contains("Septum")
    }),
    ("view.problems", PING, "4", |desk| {
        desk.state.view == View::Problems
    }),
    ("view.trace", PING, "5", |desk| {
        desk.state.view == View::Trace
    }),
    ("view.find", PING, "/ \"back\" enter", |desk| {
        desk.state.selection == Some(Object::Channel(1))
    }),
    ("view.palette", PING, ": \"schedule\" enter", |desk| {
        desk.state.view == View::Schedule
    }),
    ("view.help", PING, "?", |desk| {
        desk.screen().contains("Add a partition")
    }),
    ("view.close", PING, "l esc", |desk| {
        desk.state.selection.is_none()
    }),
    ("program.quit", PING, "q", |desk| desk.state.quitting),
    ("program.quit-anywhere", PING, "a p ctrl-c", |desk| {
        desk.state.quitting
    }),
    ("view.help-anywhere", PING, "a p F1", |desk| {
        matches!(
            desk.state.overlays.as_slice(),
            [Overlay::Ask(_), Overlay::Help { .. }]
        )
    }),
    ("program.suspend", PING, "ctrl-z", |desk| {
        matches!(desk.asked.as_slice(), [Effect::Suspend])
    }),
    ("view.redraw", PING, "ctrl-l", |desk| {
        matches!(desk.asked.as_slice(), [Effect::Redraw])
    }),
    // Files: what they do is tested with files; here, that the keys lead there.
    ("file.save", PING, "F2", |desk| {
        desk.screen().contains("Save in which folder")
    }),
    ("file.save-as", PING, "space S", |desk| {
        desk.screen().contains("Save in which folder")
    }),
    ("file.open", PING, "F3", |desk| {
        desk.screen().contains("Open which file")
    }),
    ("file.new", PING, "F4 \"crash\" enter", |desk| {
        desk.system().name == "crash-course"
    }),
    // The form.
    (
        "form.edit",
        PING,
        "l enter enter ctrl-u \"alpha\" enter",
        |desk| desk.system().partitions[0].name == "alpha",
    ),
    ("form.cycle", PING, "l enter j j space", |desk| {
        matches!(desk.system().partitions[0].program, RawProgram::Elf(_))
    }),
    ("form.next", PING, "l enter j tab", |desk| {
        form::current(&desk.state).unwrap().cursor == 2
    }),
    ("form.previous", PING, "l enter j j k", |desk| {
        form::current(&desk.state).unwrap().cursor == 1
    }),
    ("form.first", PING, "l enter j j g g", |desk| {
        form::current(&desk.state).unwrap().cursor == 0
    }),
    ("form.last", PING, "l enter G", |desk| {
        form::selected_field(&desk.state).unwrap().value == "end"
    }),
    (
        "form.add",
        PING,
        "l enter G a \"sleep 5ms\" enter",
        |desk| desk.steps("ping").last() == Some(&RawStep::Sleep { ns: 5_000_000 }),
    ),
    ("form.delete", PING, "l enter G d", |desk| {
        desk.steps("ping").last() != Some(&RawStep::End)
    }),
    ("form.later", PING, "l enter G k J", |desk| {
        matches!(desk.steps("ping"), [.., RawStep::End, RawStep::Log { .. }])
    }),
    ("form.earlier", PING, "l enter G K", |desk| {
        matches!(desk.steps("ping"), [.., RawStep::End, RawStep::Log { .. }])
    }),
    ("form.undo", PING, "l enter G d u", |desk| {
        desk.steps("ping").last() == Some(&RawStep::End)
    }),
    ("form.redo", PING, "l enter G d u U", |desk| {
        desk.steps("ping").last() != Some(&RawStep::End)
    }),
    ("form.boot", PING, "l enter F5", |desk| {
        desk.state.overlays.is_empty()
            && desk.state.view == View::Trace
            && desk.screen().contains("ping 1")
    }),
    ("form.help", PING, "l enter ?", |desk| {
        matches!(desk.state.overlays.last(), Some(Overlay::Help { .. }))
    }),
    ("form.close", PING, "l enter esc", |desk| {
        desk.state.overlays.is_empty() && desk.state.selection.is_some()
    }),
    // Typing.
    ("text.accept", PING, "/ \"pong\" enter", |desk| {
        desk.state.selection == Some(Object::Partition(1))
    }),
    (
        "text.complete",
        PING,
        "2 j enter enter \", po\" tab enter",
        |desk| !desk.state.overlays.is_empty(),
    ),
    ("text.next", PING, "/ down enter", |desk| {
        desk.state.selection == Some(Object::Partition(1))
    }),
    ("text.previous", PING, "/ down up enter", |desk| {
        desk.state.selection == Some(Object::Partition(0))
    }),
    ("text.page-down", PING, "/ pagedown enter", |desk| {
        desk.state.selection != Some(Object::Partition(0))
    }),
    ("text.page-up", PING, "/ pagedown pageup enter", |desk| {
        desk.state.selection == Some(Object::Partition(0))
    }),
    ("text.cancel", PING, "a p esc", |desk| {
        desk.state.overlays.is_empty() && desk.system().partitions.len() == 2
    }),
    (
        "text.left",
        PING,
        "a p ctrl-u \"ac\" left \"b\" enter",
        |desk| desk.system().partitions[2].name == "abc",
    ),
    (
        "text.right",
        PING,
        "a p ctrl-u \"ac\" left right \"b\" enter",
        |desk| desk.system().partitions[2].name == "acb",
    ),
    (
        "text.start",
        PING,
        "a p ctrl-u \"bc\" home \"a\" enter",
        |desk| desk.system().partitions[2].name == "abc",
    ),
    (
        "text.end",
        PING,
        "a p ctrl-u \"ab\" home end \"c\" enter",
        |desk| desk.system().partitions[2].name == "abc",
    ),
    (
        "text.delete-left",
        PING,
        "a p ctrl-u \"abx\" backspace enter",
        |desk| desk.system().partitions[2].name == "ab",
    ),
    (
        "text.delete-right",
        PING,
        "a p ctrl-u \"xab\" home delete enter",
        |desk| desk.system().partitions[2].name == "ab",
    ),
    (
        "text.delete-word",
        PING,
        "a p ctrl-u \"one two\" ctrl-w enter",
        |desk| desk.system().partitions[2].name == "one",
    ),
    ("text.clear", PING, "a p ctrl-u \"x\" enter", |desk| {
        desk.system().partitions[2].name == "x"
    }),
    // Questions.
    ("confirm.next", PING, "l d q j enter", |desk| {
        desk.state.quitting
    }),
    ("confirm.previous", PING, "l d q k enter", |desk| {
        desk.state.quitting
    }),
    ("confirm.take", PING, "l d q enter", |desk| {
        desk.screen().contains("Save in which folder")
    }),
    ("confirm.close", PING, "l d q esc", |desk| {
        !desk.state.quitting && desk.state.overlays.is_empty()
    }),
    // The help.
    ("help.down", PING, "? j", |desk| help_top(desk) == Some(1)),
    ("help.up", PING, "? j j k", |desk| help_top(desk) == Some(1)),
    ("help.page-down", PING, "? pagedown", |desk| {
        help_top(desk) > Some(5)
    }),
    ("help.page-up", PING, "? pagedown pageup", |desk| {
        help_top(desk) == Some(0)
    }),
    ("help.close", PING, "? esc", |desk| {
        desk.state.overlays.is_empty() && !desk.state.quitting
    }),
];

/// The position and the kind of the selected event.
fn event(desk: &Desk) -> (usize, Kind) {
    let trace = &desk.state.trace;
    let position = trace.selected.unwrap();
    (position, trace.recording.index().kind(position).unwrap())
}

/// The partition of the selected event.
fn partition(desk: &Desk) -> Option<String> {
    let trace = &desk.state.trace;
    let event = trace.recording.event(trace.selected?)?;
    event.partition.as_deref().map(str::to_owned)
}

fn phase(desk: &Desk) -> Phase {
    desk.state.trace.phase.clone()
}

/// How many events of this kind there are up to the selected one.
fn count_shown(desk: &Desk, kind: Kind) -> usize {
    let trace = &desk.state.trace;
    let events = trace.recording.events_of_kind(kind);
    events
        .iter()
        .filter(|event| Some(**event) <= trace.selected)
        .count()
}

/// How much time is in sight.
fn length_ns(desk: &Desk) -> u64 {
    desk.state.trace.span.length_ns
}

/// How far what is in sight was moved from the major frame of the cursor.
fn panned_ns(desk: &Desk) -> i64 {
    let trace = &desk.state.trace;
    let start = |span: Span| i64::try_from(span.start_ns).unwrap();
    start(trace.span) - start(trace.frame_span())
}

fn help_top(desk: &Desk) -> Option<usize> {
    match desk.state.overlays.last() {
        Some(Overlay::Help { top }) => Some(*top),
        _ => None,
    }
}

fn moved(desk: &Desk, columns: i32, rows: i32) -> bool {
    let place = |desk: &Desk| {
        desk.state
            .design
            .placement
            .get(Object::Partition(0))
            .unwrap()
    };
    let start = place(&Desk::new(PING));
    place(desk)
        == Point {
            x: start.x + columns,
            y: start.y + rows,
        }
}

#[test]
fn every_action_does_what_it_says() {
    let mut failed = Vec::new();
    for (id, template, keys, expected) in TRIPLES {
        TAKEN.take();
        let mut desk = Desk::new(template);
        desk.keys(keys);
        let taken = TAKEN.with_borrow(|taken| taken.contains(id));
        if !taken || !expected(&desk) {
            let notice = desk.state.notice.clone();
            failed.push(format!(
                "{id}: {keys}: taken {taken}, {notice:?}\n{}",
                desk.screen()
            ));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn every_action_has_a_triple() {
    let known: BTreeSet<&str> = TRIPLES.iter().map(|(id, ..)| *id).collect();
    for row in action::rows() {
        assert!(known.contains(row.id), "{} has no triple", row.id);
    }
    for id in known {
        assert!(action::row(id).is_some(), "there is no action {id}");
    }
}

#[test]
fn escape_closes_one_thing_at_a_time_and_never_ends_the_program() {
    let mut desk = Desk::new(PING);
    desk.keys("l enter enter F1");
    assert_eq!(desk.state.overlays.len(), 3);
    for left in [2, 1, 0, 0, 0] {
        desk.keys("esc");
        assert_eq!(desk.state.overlays.len(), left);
    }
    assert!(!desk.state.quitting);
}

#[test]
fn a_refused_action_says_why() {
    let mut desk = Desk::new(PING);
    desk.keys("d");
    assert!(desk.screen().contains("Delete: nothing is selected"));
    desk.keys("u");
    assert!(desk.screen().contains("Undo: nothing to undo"));
    desk.keys("z x");
    assert!(desk.screen().contains("z x: no command has these keys"));
}

#[test]
fn a_broken_design_refuses_to_boot_and_leads_to_the_problem() {
    let mut desk = Desk::new(SENSOR);
    desk.keys(broken!("esc F5"));
    assert_eq!(desk.state.view, View::Graph);
    let screen = desk.screen();
    assert!(
        screen.contains("Cannot boot, 3 errors; ! goes to the first: S"),
        "{screen}"
    );
    desk.keys("!");
    assert!(desk.state.selection.is_some());
}

#[test]
fn a_form_stays_open_where_nothing_can_boot() {
    let mut desk = Desk::new(PING);
    desk.keys("l l r ctrl-u \"9\" enter enter F5");
    assert!(form::current(&desk.state).is_some());
    assert!(desk.screen().contains("Cannot boot, "), "{}", desk.screen());
}

#[test]
fn a_run_of_an_older_design_says_so() {
    let mut desk = Desk::new(PING);
    desk.keys("F5 1 l J 5");
    assert!(!desk.screen().contains("older design"), "a moved box");
    desk.keys("1 r ctrl-u \"alpha\" enter 5");
    assert!(desk.screen().contains("older design; F5 boots this one"));
    desk.keys("F5");
    assert!(!desk.screen().contains("older design"));
    assert_eq!(partition(&desk).as_deref(), Some("alpha"));
}

#[test]
fn a_time_that_was_recorded_is_gone_to() {
    let mut desk = Desk::new(PING);
    desk.keys(booted!("t ctrl-u \"20us\" enter p"));
    assert_eq!((desk.state.trace.cursor_ns, event(&desk).0), (20_000, 1));
    assert_eq!(desk.state.trace.recording.time_ns(), 5_000_000);
    assert!(
        desk.screen().contains("known at events"),
        "{}",
        desk.screen()
    );
}

#[test]
fn booting_twice_begins_again() {
    let mut desk = Desk::new(PING);
    desk.keys("F5");
    let first = desk.screen();
    desk.keys("s s s s F5");
    assert_eq!(desk.screen(), first);
}

#[test]
fn a_run_that_has_ended_says_so_and_can_be_stepped_through() {
    let mut desk = Desk::new(PING);
    desk.keys("F5");
    desk.input(Input::Trace(Report::Progress(Box::new(Progress {
        pace: Pace::Ended(Ending::Stopped { code: 0 }),
        ..Progress::default()
    }))));
    assert!(desk.screen().contains("powered off"), "{}", desk.screen());
    desk.keys("g g s");
    assert_eq!(event(&desk).0, 1);
    desk.keys("G s");
    let screen = desk.screen();
    assert!(
        screen.contains("the run has ended; F5 begins again"),
        "{screen}"
    );
    desk.keys("t ctrl-u \"1s\" enter");
    assert!(desk.screen().contains("The run has ended at"));
    for keys in ["i", "r", "o"] {
        desk.keys(keys);
        assert!(desk.screen().contains("run has ended"), "{keys}");
        assert!(matches!(phase(&desk), Phase::Ended(_)), "{keys}");
    }
}

#[test]
fn a_mistake_is_shown_at_its_field_and_changes_nothing() {
    let mut desk = Desk::new(PING);
    desk.keys("l enter j enter ctrl-u \"two\" enter");
    assert!(
        desk.screen().contains("`two` is not a number such as 12"),
        "{}",
        desk.screen()
    );
    assert_eq!(desk.partition("ping").hart, 0);
    desk.keys("ctrl-u \"1\" enter");
    assert_eq!(desk.partition("ping").hart, 1);
}

#[test]
fn units_are_read_as_people_write_them() {
    let mut desk = Desk::new(PING);
    desk.keys("l enter j j j enter ctrl-u \"64KiB\" enter");
    assert_eq!(desk.partition("ping").stack_bytes, 65_536);
    desk.keys("esc [ enter j space");
    assert!(matches!(
        desk.system().channels[1].kind,
        RawChannelKind::Sampling { .. }
    ));
}

#[test]
fn what_is_done_about_faults_is_chosen_by_cause() {
    let mut desk = Desk::new(PING);
    desk.keys("l enter g g j j j j j j j j j j enter ctrl-u \"5ms\" enter");
    assert_eq!(desk.partition("ping").deadline_ns, Some(5_000_000));
    desk.keys("enter ctrl-u \"none\" enter");
    assert_eq!(desk.partition("ping").deadline_ns, None);
    desk.keys("j space");
    let health = desk.partition("ping").health;
    assert_eq!(health.memory_violation, RawHealthAction::Restart);
    assert_eq!(health.illegal_request, RawHealthAction::Halt);
    desk.keys("j j j j j enter \"ignore\" enter");
    let health = desk.partition("ping").health;
    assert_eq!(health.application_error, RawHealthAction::Ignore);
    desk.keys("j enter ctrl-u \"none\" enter j enter ctrl-u \"2ms\" enter");
    let restart = desk.partition("ping").health.restart;
    assert_eq!((restart.limit, restart.backoff_ns), (None, 2_000_000));
}

#[test]
fn a_fault_that_leaves_nothing_to_go_on_with_is_not_offered_to_be_ignored() {
    let mut desk = Desk::new(PING);
    desk.keys("l enter g g j j j j j j j j j j j enter");
    assert_eq!(
        desk.offered(),
        ["halt", "restart", "safe mode", "power off"]
    );
}

#[test]
fn there_is_one_safe_mode() {
    let mut desk = Desk::new(PING);
    desk.keys("2 A esc A");
    assert_eq!(desk.system().schedules.len(), 2);
    let reason = "there is one for the boot and one for the safe mode already";
    assert!(desk.screen().contains(reason), "{}", desk.screen());
}

#[test]
fn a_memory_is_shared_renamed_taken_back_and_removed() {
    let mut desk = Desk::new(PING);
    desk.keys("a s enter");
    assert!(desk.screen().contains("There is no shared memory"));
    desk.keys("a m enter ctrl-u \"frames\" enter esc a m esc");
    assert_eq!(desk.system().memories[0].name, "frames");
    desk.keys("l a s \"frames read\" enter");
    desk.keys("/ \"ping\" enter a s \"frames write\" enter");
    desk.keys("/ \"frames\" enter a s \"pong\" enter");
    assert_eq!(desk.offered(), ["frames read", "frames write"]);
    desk.keys("enter");
    let rights = |desk: &Desk| {
        let grants = desk.system().memories[0].grants.iter();
        let rights: Vec<_> = grants.map(|it| (it.partition.clone(), it.write)).collect();
        rights
    };
    let of = |name: &str, write| (name.to_owned(), write);
    assert_eq!(rights(&desk), [of("ping", true), of("pong", false)]);
    desk.keys("/ \"pong\" enter r ctrl-u \"echo\" enter");
    assert_eq!(rights(&desk), [of("ping", true), of("echo", false)]);
    desk.keys("/ \"frames to ping\" enter d");
    assert_eq!(rights(&desk), [of("echo", false)]);
    desk.keys("/ \"frames\" enter d");
    assert_eq!(desk.system().memories.len(), 1);
    assert_eq!(desk.system().memories[0].name, "memory");
}

#[test]
fn completion_offers_names() {
    let mut desk = Desk::new(PING);
    desk.keys("2 j enter enter \", po\" tab enter");
    assert_eq!(
        desk.system().schedules[0].windows[0].partitions,
        ["ping", "pong"]
    );
}

#[test]
fn steps_of_a_box_are_undone_as_one() {
    let mut desk = Desk::new(PING);
    desk.keys("l L L L J J u");
    assert_eq!(desk.state.design, Desk::new(PING).state.design);
}

#[test]
fn the_wires_of_every_box_are_gone_through_and_no_others() {
    for template in [PING, SENSOR, "crash-course"] {
        let boxes = Desk::new(template).state.scene.nodes.clone();
        for node in boxes {
            let expected: BTreeSet<Object> = node.ports.iter().map(|port| port.object).collect();
            let mut desk = Desk::new(template);
            desk.state.selection = Some(node.object);
            let mut visited = Vec::new();
            for _ in 0..2 * expected.len() {
                desk.keys("w");
                visited.extend(desk.state.selection);
            }
            let (first, second) = visited.split_at(expected.len());
            assert_eq!(first, second, "{} of {template}", node.title);
            let first: BTreeSet<Object> = first.iter().copied().collect();
            assert_eq!(first, expected, "{} of {template}", node.title);
        }
    }
}

#[test]
fn a_wire_that_was_found_by_name_stands_for_the_box_where_it_begins() {
    let mut desk = Desk::new(SENSOR);
    desk.keys("/ \"background\" enter w / \"beat\" enter");
    let beat = desk.state.selection;
    let filter = desk
        .system()
        .channels
        .iter()
        .position(|it| it.name == "beat");
    let from = desk.system().channels[filter.unwrap()]
        .from
        .partition
        .clone();
    let node = desk.state.scene.nodes.iter().find(|it| it.title == from);
    let wires: BTreeSet<Object> = node.unwrap().ports.iter().map(|it| it.object).collect();
    for _ in 0..wires.len() {
        desk.keys("w");
        assert!(wires.contains(&desk.state.selection.unwrap()));
    }
    assert_eq!(desk.state.selection, beat, "round once");
}

#[test]
fn a_channel_to_itself_does_not_stop_the_round() {
    let mut desk = Desk::new(PING);
    desk.keys("l c \"ping.out\" enter \"ping.in\" enter l");
    let wires: BTreeSet<Object> = desk.state.scene.nodes[0]
        .ports
        .iter()
        .map(|it| it.object)
        .collect();
    desk.state.selection = Some(Object::Partition(0));
    let mut visited = BTreeSet::new();
    for _ in 0..wires.len() {
        desk.keys("w");
        visited.extend(desk.state.selection);
    }
    assert_eq!(visited, wires);
}

#[test]
fn a_proposed_name_makes_room_for_the_first_letter() {
    let mut desk = Desk::new(PING);
    desk.keys("a p");
    let reversed = |desk: &Desk| desk.styled().matches('r').count();
    let proposed = reversed(&desk);
    desk.keys("\"alarm\"");
    // Nothing else on the screen has changed but the style and the letters of the name.
    let letters = "partition".matches('r').count() - "alarm".matches('r').count();
    assert_eq!(reversed(&desk) + "partition".len() + letters, proposed);
    desk.keys("enter");
    assert_eq!(desk.system().partitions[2].name, "alarm");
    desk.keys("a p backspace \"s\" enter r \"x\" enter");
    assert_eq!(desk.system().partitions[3].name, "partitiosx");
}
