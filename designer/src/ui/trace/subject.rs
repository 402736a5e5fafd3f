//! What the selected event is about, as an object of the design.

use septum_core::spec::RawSystem;
use septum_simulator::event::EventKind;

use crate::ui::object::Object;

use super::Trace;

impl Trace {
    /// The channel, the device or the partition that the cursor's event or system call is
    /// about, if the system has one of that name.
    #[must_use]
    pub fn subject(&self, system: &RawSystem) -> Option<Object> {
        if self.event().is_some()
            && let Some(channel) = self.channel()
        {
            let mut channels = system.channels.iter();
            return channels
                .position(|it| it.name == channel)
                .map(Object::Channel);
        }
        let event = self.event().and_then(|event| self.recording.event(event));
        if let Some(EventKind::InterruptRaised { device, .. }) = event.map(|it| it.kind) {
            let mut devices = system.machine.devices.iter();
            return devices
                .position(|it| *it.name == *device)
                .map(Object::Device);
        }
        let name = self.recording.layout().partitions.get(self.lane()?)?;
        let mut partitions = system.partitions.iter();
        partitions
            .position(|it| it.name == *name)
            .map(Object::Partition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::recording;
    use crate::ui::file_work;

    #[test]
    fn an_event_is_about_its_channel_or_its_partition() {
        let opened = file_work::open_template("ping-pong", 80).unwrap();
        let mut system = opened.design.system.clone();
        system.channels[0].name = "request".to_owned();
        let mut trace = Trace {
            recording: recording(1),
            ..Trace::default()
        };
        let mut subject = |event: usize| {
            trace.select(event);
            let object = trace.subject(&system)?;
            Some((object.noun(), object.name(&system)))
        };
        let is = |noun, name: &str| Some((noun, name.to_owned()));
        assert_eq!(subject(0), None, "the hart");
        assert_eq!(subject(1), is("partition", "ping"));
        assert_eq!(subject(4), None, "the design has no such partition");
        assert_eq!(subject(8), is("channel", "request"));
        trace.cursor_ns += 1;
        let object = trace.subject(&system).unwrap();
        assert_eq!(object.noun(), "partition", "the cursor is behind the event");
    }
}
