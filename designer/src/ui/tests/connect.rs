//! Which ports a channel is offered.

use septum_core::spec::RawChannelKind;

use super::desk::Desk;

#[test]
fn a_program_offers_the_ports_that_it_declares_and_no_others() {
    let mut desk = Desk::new("sensor-pipeline");
    desk.keys("/ \"driver\" enter c");
    let offers = desk.offered();
    assert_eq!(offers[0], "driver", "a reason instead of a port");
    assert!(!offers.iter().any(|it| it.starts_with("driver.")));
    desk.keys("enter");
    assert!(desk.screen().contains("declares no other port"));
    let bytes = desk
        .system()
        .channels
        .iter()
        .position(|it| it.name == "bytes");
    let bytes = bytes.unwrap();
    desk.keys("esc / \"bytes\" enter d / \"driver\" enter c");
    assert_eq!(desk.offered()[0], "driver.bytes");
    desk.keys("enter");
    assert_eq!(desk.offered()[0], "filter.raw");
    desk.keys("enter");
    let channel = desk.system().channels.last().unwrap();
    let first = Desk::new("sensor-pipeline");
    let before = &first.system().channels[bytes];
    assert_eq!((&channel.from, &channel.to), (&before.from, &before.to));
    let size = |kind| match kind {
        RawChannelKind::Queuing { message_bytes, .. } => message_bytes,
        other => panic!("{other:?}"),
    };
    assert_eq!(size(channel.kind), size(before.kind), "as declared");
    assert!(desk.state.diagnostics().is_empty(), "{}", desk.screen());
}

#[test]
fn the_selected_partition_is_the_first_to_be_connected() {
    let mut desk = Desk::new("sensor-pipeline");
    desk.keys("a p \"alarm\" enter c \"logger.alert\" enter");
    assert_eq!(desk.offered()[0], "alarm.in");
    assert!(!desk.offered().iter().any(|it| it.starts_with("driver.")));
    desk.keys("enter");
    assert_eq!(desk.system().channels.last().unwrap().to.partition, "alarm");
}

#[test]
fn a_signal_is_offered_no_queue() {
    let mut desk = Desk::new("sensor-pipeline");
    desk.keys("/ \"bytes\" enter d / \"background\" enter enter G a \"signal go\" enter esc");
    desk.keys("c \"background.go\" enter");
    let offers = desk.offered();
    assert!(!offers.contains(&"filter.bytes"), "{offers:?}");
    desk.keys("\"logger.go\" enter");
    let channel = desk.system().channels.last().unwrap();
    assert_eq!(channel.kind, RawChannelKind::Signal);
}
